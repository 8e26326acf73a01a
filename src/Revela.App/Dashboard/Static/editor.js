// The editor of pipelines: the form and the text follow each other, steps move by buttons and keys, and a try is watched where it was begun.
import { soon } from './live.js';
import { read } from './parts.js';
import { tell } from './forms.js';

const settle = 250; // ms after the last change until the other side follows

/** @param {HTMLFormElement} form */
export function dressEditor(form) {
  if (form.dataset.dressed) return;
  form.dataset.dressed = 'yes';
  new Editor(form).listen();
}

class Editor {
  turn = 0;

  constructor(form) {
    this.form = form;
  }

  listen() {
    this.form.addEventListener('change', event => this.changed(event.target));
    this.form.addEventListener('input', event => { if (event.target.id === 'yaml') this.changed(event.target); });
    this.form.addEventListener('keydown', event => this.key(event));
    this.form.addEventListener('submit', event => this.submit(event));
    this.form.addEventListener('click', event => { if (event.target.dataset.line && event.target.hash === '#yaml') this.show(event, Number(event.target.dataset.line)); });
    this.watch();
  }

  changed(field) {
    if (field.name === 'sample' || field.name === 'op') return;
    const byText = field.id === 'yaml';
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.follow(byText), settle);
  }

  /** Lets the side that was not changed follow; what is under the hands stays. */
  async follow(byText) {
    const fresh = await this.ask('draft');
    if (!fresh) return;
    if (byText) this.put(fresh, 'editor-fields');
    this.text(fresh, byText);
    this.put(fresh, 'mistakes');
  }

  async submit(event) {
    const { submitter } = event;
    const order = submitter?.value ?? 'draft';
    // Saving leads elsewhere, and what asks first comes again once it was answered.
    if (order === 'save' || (submitter?.dataset.confirm && !this.form.dataset.sure)) return;
    delete this.form.dataset.sure;
    event.preventDefault();
    event.stopPropagation();
    clearTimeout(this.timer);
    const fresh = await this.ask(order);
    if (!fresh) return;
    for (const id of ['editor-fields', 'mistakes', 'try']) this.put(fresh, id);
    this.text(fresh);
    this.form.elements.tried.value = fresh.querySelector('input[name=tried]').value;
    if (order !== 'try') this.form.querySelector('[autofocus]')?.focus();
    this.watch();
    document.dispatchEvent(new Event('revela:changed'));
    // What happens between the answer and its place here is heard by nobody.
    soon();
  }

  /** What the server makes of the form; null when it refuses, or when it was asked anew meanwhile. */
  async ask(order) {
    const turn = ++this.turn;
    const body = new URLSearchParams(new FormData(this.form));
    body.set('do', order);
    try {
      const answer = await fetch(this.form.action, { method: 'POST', headers: { 'Revela-Part': '1' }, body });
      if (answer.status === 401) location.reload();
      const fresh = read(await answer.text());
      if (turn !== this.turn) return null;
      if (answer.ok) return fresh;
      tell(fresh.getElementById('error') ?? `${answer.status}`, true);
    } catch {
      tell(document.getElementById('away')?.textContent ?? '', true);
    }
    return null;
  }

  /** Put in its place and not morphed: what was typed into a field may belong to another step by now. */
  put(fresh, id) {
    const [old, now] = [document.getElementById(id), document.importNode(fresh.getElementById(id), true)];
    const held = old.contains(document.activeElement) ? document.activeElement.name : null;
    for (const open of old.querySelectorAll('details[id]')) now.querySelector(`#${CSS.escape(open.id)}`)?.toggleAttribute('open', open.open);
    old.replaceWith(now);
    if (held) now.querySelector(`[name="${CSS.escape(held)}"]`)?.focus();
  }

  text(fresh, isUnderHands = false) {
    if (!isUnderHands) this.form.elements.yaml.value = fresh.getElementById('yaml').value;
    this.form.elements.shown.value = fresh.querySelector('input[name=shown]').value;
  }

  key(event) {
    const way = { ArrowUp: 'up', ArrowDown: 'down' }[event.key];
    const card = event.target.closest('[data-step]');
    if (!way || !event.altKey || !card) return;
    event.preventDefault();
    card.querySelector(`button[value="${way}-${card.dataset.step}"]:enabled`)?.click();
  }

  /** The page's address tells which try its live region is about. */
  watch() {
    const tried = this.form.querySelector('[data-tried]')?.dataset.tried;
    if (!tried) return;
    const address = new URL(location.href);
    address.searchParams.set('tried', tried);
    history.replaceState(null, '', address);
  }

  show(event, line) {
    event.preventDefault();
    const field = this.form.elements.yaml;
    const before = field.value.split('\n').slice(0, line - 1).join('\n').length + (line > 1 ? 1 : 0);
    field.focus();
    field.setSelectionRange(before, before + field.value.slice(before).split('\n', 1)[0].length);
  }
}
