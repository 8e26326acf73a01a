// Two pictures, one over the other, and an edge between them that is dragged or moved with the arrow keys.

/** @param {HTMLElement} frame holds an `input[type=range]`; its value, 0–100, is where the edge stands. */
export function compare(frame) {
  if (frame.dataset.dressed) return;
  frame.dataset.dressed = 'yes';
  const edge = frame.querySelector('input[type=range]');
  const place = () => frame.style.setProperty('--edge', `${edge.value}%`);
  edge.addEventListener('input', place);
  place();
}
