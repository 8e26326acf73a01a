// The keyboard: g and a letter go to a place, / searches, j and k walk through a list, ? shows the keys;
// any other letter presses what says so (data-press). Escape leaves a field.
const sheet = document.getElementById('keys');
let after = '';

// Where letters are typed or choose; a slider or a box that is ticked has no use for them, nor has a dialog that closed and still has the focus for a moment.
const takesLetters = 'input:not([type=range], [type=checkbox], [type=radio], [type=file], [type=color]), textarea, select, [contenteditable], dialog[open]';

document.getElementById('keys-button')?.addEventListener('click', () => sheet.showModal());

// A menu that is open over the page closes by Escape, or when something else is pressed.
const menu = () => document.querySelector('details.viewer[open]');

document.addEventListener('click', event => { if (menu() && !menu().contains(event.target)) menu().open = false; });
document.addEventListener('keydown', event => {
  if (event.key !== 'Escape' || !menu()) return;
  const open = menu();
  open.open = false;
  open.querySelector('summary').focus();
});

document.addEventListener('keydown', event => {
  if (event.key === 'Escape' && event.target.matches('input, textarea')) event.target.blur();
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest(takesLetters)) return;
  const typed = after + event.key;
  after = event.key === 'g' && after === '' ? 'g' : '';
  if (act(typed)) event.preventDefault();
});

function act(typed) {
  if (typed.length === 2 && typed[0] === 'g') return press(document.querySelector(`[data-go="${CSS.escape(typed[1])}"]`));
  switch (typed) {
    case '?': sheet?.showModal(); return true;
    case '/': return focus(document.querySelector('[data-search]'));
    case 'j': return walk(1);
    case 'k': return walk(-1);
    default: return press(document.querySelector(`[data-press="${CSS.escape(typed)}"]`));
  }
}

function walk(step) {
  const rows = [...document.querySelectorAll('[data-row]')];
  const now = rows.indexOf(document.activeElement);
  return focus(rows[now < 0 ? (step > 0 ? 0 : rows.length - 1) : now + step]);
}

function focus(element) {
  element?.focus();
  element?.select?.();
  return Boolean(element);
}

function press(element) {
  if (element?.matches('input')) return focus(element);
  element?.click();
  return Boolean(element);
}
