// What every page of the dashboard runs.
import './live.js';
import './forms.js';
import './keys.js';
import { show } from './times.js';
import { compare } from './compare.js';

// A picture that is gone or cannot be made leaves its frame.
document.addEventListener('error', event => {
  if (event.target instanceof HTMLImageElement) event.target.closest('.picture')?.setAttribute('data-missing', '');
}, true);

function dress() {
  show(document);
  for (const element of document.querySelectorAll('[data-compare]')) compare(element);
}

document.addEventListener('revela:changed', dress);
dress();
