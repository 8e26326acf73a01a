// A picture looked at closely: zoom by wheel, buttons, keys or two fingers, pan by dragging, an edge between before and after, any ground behind.
const most = 16; // times the size that fits
const sharp = 1.4; // from here on the whole picture is loaded
const step = 48; // pixels that an arrow key moves

/** @param {HTMLElement} figure */
export function dressStage(figure) {
  if (figure.dataset.dressed) return;
  figure.dataset.dressed = 'yes';
  const field = figure.querySelector('.field');
  const view = new View(field, figure.querySelector('[data-scale]'));
  slide(figure, field);
  fingers(field, view);
  keys(figure, field, view);
  grounds(figure, field);
}

class View {
  scale = 1;
  x = 0;
  y = 0;

  constructor(field, told) {
    [this.field, this.told] = [field, told];
  }

  /** Makes it larger or smaller around a point of the window, which stays where it is. */
  zoom(factor, point) {
    const box = this.field.getBoundingClientRect();
    const [px, py] = point ? [point.x - box.left - box.width / 2, point.y - box.top - box.height / 2] : [0, 0];
    const scale = Math.min(most, Math.max(1, this.scale * factor));
    const by = scale / this.scale;
    [this.x, this.y, this.scale] = [px - (px - this.x) * by, py - (py - this.y) * by, scale];
    this.show();
  }

  pan(dx, dy) {
    [this.x, this.y] = [this.x + dx, this.y + dy];
    this.show();
  }

  fit() {
    [this.scale, this.x, this.y] = [1, 0, 0];
    this.show();
  }

  show() {
    const [width, height] = [this.field.clientWidth, this.field.clientHeight];
    const bound = (value, side) => Math.min(side, Math.max(-side, value));
    this.x = bound(this.x, width * (this.scale - 1) / 2);
    this.y = bound(this.y, height * (this.scale - 1) / 2);
    for (const [name, value] of [['--x', `${this.x}px`], ['--y', `${this.y}px`], ['--scale', this.scale]]) this.field.style.setProperty(name, value);
    this.field.classList.toggle('is-large', this.scale > 1);
    this.told.textContent = `${Math.round(this.scale * 100)} %`;
    if (this.scale >= sharp) for (const picture of this.field.querySelectorAll('img[data-full]')) sharpen(picture);
  }
}

function sharpen(picture) {
  const whole = new Image();
  const address = picture.dataset.full;
  delete picture.dataset.full;
  whole.addEventListener('load', () => { picture.src = address; });
  whole.src = address;
}

function slide(figure, field) {
  const [range, edge] = [figure.querySelector('.slide input'), field.querySelector('.edge')];
  if (!range) return;
  const place = () => field.style.setProperty('--edge', `${range.value}%`);
  range.addEventListener('input', place);
  edge.addEventListener('pointerdown', event => {
    event.stopPropagation();
    event.preventDefault();
    edge.setPointerCapture(event.pointerId);
    range.focus({ preventScroll: true });
  });
  edge.addEventListener('pointermove', event => {
    if (!edge.hasPointerCapture(event.pointerId)) return;
    const box = field.getBoundingClientRect();
    range.value = (event.clientX - box.left) / box.width * 100;
    place();
  });
  place();
}

function fingers(field, view) {
  const down = new Map();
  field.addEventListener('wheel', event => {
    event.preventDefault();
    view.zoom(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.002)), { x: event.clientX, y: event.clientY });
  }, { passive: false });
  field.addEventListener('dblclick', event => view.scale > 1 ? view.fit() : view.zoom(3, { x: event.clientX, y: event.clientY }));
  field.addEventListener('pointerdown', event => {
    field.setPointerCapture(event.pointerId);
    down.set(event.pointerId, event);
  });
  field.addEventListener('pointermove', event => {
    const before = down.get(event.pointerId);
    if (!before) return;
    const other = [...down.values()].find(one => one.pointerId !== event.pointerId);
    if (other) view.zoom(apart(event, other) / Math.max(1, apart(before, other)), { x: (event.clientX + other.clientX) / 2, y: (event.clientY + other.clientY) / 2 });
    else view.pan(event.clientX - before.clientX, event.clientY - before.clientY);
    down.set(event.pointerId, event);
  });
  for (const type of ['pointerup', 'pointercancel']) field.addEventListener(type, event => down.delete(event.pointerId));
}

function apart(one, other) {
  return Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
}

function keys(figure, field, view) {
  const actions = {
    '+': () => view.zoom(1.5), '=': () => view.zoom(1.5), '-': () => view.zoom(1 / 1.5), '0': () => view.fit(),
    ArrowLeft: () => view.pan(step, 0), ArrowRight: () => view.pan(-step, 0), ArrowUp: () => view.pan(0, step), ArrowDown: () => view.pan(0, -step),
  };
  field.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || !actions[event.key]) return;
    event.preventDefault();
    actions[event.key]();
  });
  const buttons = { in: () => view.zoom(1.5), out: () => view.zoom(1 / 1.5), fit: () => view.fit() };
  figure.addEventListener('click', event => buttons[event.target.closest('[data-zoom]')?.dataset.zoom]?.());
}

function grounds(figure, field) {
  const choices = [...figure.querySelectorAll('.ground')];
  const press = pressed => { for (const choice of choices) choice.ariaPressed = `${choice === pressed}`; };
  for (const choice of choices) choice.addEventListener('click', () => { field.dataset.ground = choice.dataset.ground; press(choice); });
  figure.querySelector('input[type=color]').addEventListener('input', event => {
    field.dataset.ground = 'colour';
    field.style.setProperty('--ground', event.target.value);
    press(null);
  });
}
