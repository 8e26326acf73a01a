// What every page of the dashboard runs.
import './live.js';
import './forms.js';
import './keys.js';
import { show } from './times.js';
import { compare } from './compare.js';
import { dressGrid } from './gallery.js';
import { dressStage } from './stage.js';
import { dressEditor } from './editor.js';
import { dressTray } from './develop.js';
import { dressImport } from './import.js';
import { dressShelf } from './catalogue.js';

// A picture that is gone or cannot be made leaves its frame.
document.addEventListener('error', event => {
  if (event.target instanceof HTMLImageElement) event.target.closest('.picture')?.setAttribute('data-missing', '');
}, true);

function dress() {
  show(document);
  for (const element of document.querySelectorAll('[data-compare]')) compare(element);
  for (const element of document.querySelectorAll('[data-grid]')) dressGrid(element);
  for (const element of document.querySelectorAll('[data-stage]')) dressStage(element);
  for (const element of document.querySelectorAll('[data-tray]')) dressTray(element);
  for (const element of document.querySelectorAll('[data-shelf]')) dressShelf(element);
  for (const element of document.querySelectorAll('[data-import]')) dressImport(element);
  for (const element of document.querySelectorAll('form.editor')) dressEditor(element);
}

document.addEventListener('revela:changed', dress);
dress();
