// Makes a part of the page into what the server says it is now, touching only what differs:
// focus, scroll, selection and whatever was typed stay.

// What the viewer or a script decides, not the server.
const kept = new Set(['open', 'style', 'data-dressed', 'data-missing']);

/** @param {Element} old in the page @param {Element} fresh with the same tag */
export function morph(old, fresh) {
  if (old.isEqualNode(fresh) || isBeingUsed(old)) return;
  attributes(old, fresh);
  if (old.tagName === 'TIME' || old.hasAttribute('data-own')) return;
  children(old, fresh);
}

// A form or field under the viewer's hands.
function isBeingUsed(element) {
  const active = document.activeElement;
  return active !== document.body && (element === active ? element.matches('input, textarea, select') : element.tagName === 'FORM' && element.contains(active) && active.matches('input, textarea, select'));
}

function attributes(old, fresh) {
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name) && !kept.has(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value && !kept.has(name)) old.setAttribute(name, value);
}

function children(old, fresh) {
  const named = new Map([...old.children].filter(child => child.id).map(child => [child.id, child]));
  let place = old.firstChild;
  for (const wanted of [...fresh.childNodes]) {
    const match = wanted.id ? named.get(wanted.id) : isAlike(place, wanted) ? place : null;
    if (!match) {
      old.insertBefore(document.importNode(wanted, true), place);
      continue;
    }
    if (match === place) place = place.nextSibling;
    else old.insertBefore(match, place);
    if (match.nodeType === Node.ELEMENT_NODE) morph(match, wanted);
    else if (match.data !== wanted.data) match.data = wanted.data;
  }
  while (place) {
    const next = place.nextSibling;
    place.remove();
    place = next;
  }
}

function isAlike(node, wanted) {
  return node && node.nodeType === wanted.nodeType && node.nodeName === wanted.nodeName && !node.id;
}
