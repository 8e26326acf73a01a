// Asks for the contents of a page alone, and shows them in the page that is open.
import { morph } from './morph.js';

/**
 * The contents of the page at an address, as a document. Whoever is no longer signed in is led to the door.
 * @param {string} part `told` by whoever shows what came of a form too: it is told once.
 */
export async function ask(address, part = '1') {
  const answer = await fetch(address, { headers: { 'Revela-Part': part }, cache: 'no-store' });
  if (answer.status === 401) location.reload();
  if (!answer.ok) throw new Error(`${answer.status}`);
  return read(await answer.text());
}

export function read(html) {
  return new DOMParser().parseFromString(html, 'text/html');
}

/** Makes these elements of the page into those of the same id in the document. */
export function shown(fresh, elements) {
  const held = document.activeElement;
  for (const element of elements) {
    const now = fresh.getElementById(element.id);
    if (now) morph(element, now);
  }
  keep(held);
  document.dispatchEvent(new Event('revela:changed'));
}

// An element that changed its place has lost the focus, and one that was made anew never had it: whoever walks by keyboard goes on from there.
function keep(held) {
  if (!held || held === document.body || held === document.activeElement) return;
  const address = held.getAttribute('href');
  const now = held.isConnected ? held : address && document.querySelector(`a[href="${CSS.escape(address)}"]`);
  now?.focus?.({ preventScroll: true });
}
