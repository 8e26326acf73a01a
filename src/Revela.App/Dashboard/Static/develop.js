// Pictures on their way in: dropped, chosen or pasted anywhere in the page, sent a few at a time, each with its progress.
import { ask, shown } from './parts.js';
import { send } from './tus.js';

const atATime = 3;
const settle = 250; // ms after the last change until the price is asked for

/** @param {HTMLElement} tray */
export function dressTray(tray) {
  if (tray.dataset.dressed) return;
  tray.dataset.dressed = 'yes';
  const page = new Tray(tray, tray.closest('form'));
  page.listen();
  page.show();
  // The list of pipelines begins with the chosen one, wherever that stands in it.
  const chosen = page.form.querySelector('.options :checked')?.closest('.option');
  if (chosen) chosen.parentElement.scrollTop = chosen.offsetTop - chosen.parentElement.offsetTop;
}

class Tray {
  waiting = [];
  sending = new Set();

  constructor(tray, form) {
    [this.tray, this.form, this.list] = [tray, form, tray.querySelector('.sheets')];
    this.words = tray.dataset;
  }

  listen() {
    const input = this.tray.querySelector('input[type=file]');
    input.addEventListener('change', () => { this.take([...input.files]); input.value = ''; });
    document.addEventListener('dragover', event => { event.preventDefault(); this.tray.classList.add('is-over'); });
    document.addEventListener('dragleave', event => { if (!event.relatedTarget) this.tray.classList.remove('is-over'); });
    document.addEventListener('drop', event => this.drop(event));
    document.addEventListener('paste', event => { if (event.clipboardData.files.length > 0) this.take([...event.clipboardData.files]); });
    this.list.addEventListener('click', event => { if (event.target.closest('[data-remove]')) this.remove(event.target.closest('li')); });
    this.form.addEventListener('change', event => this.changed(event));
    this.form.querySelector('[data-fetch]')?.addEventListener('click', event => this.fetch(event.currentTarget));
    addEventListener('beforeunload', event => { if (this.sending.size + this.waiting.length > 0) event.preventDefault(); });
  }

  async drop(event) {
    event.preventDefault();
    this.tray.classList.remove('is-over');
    const entries = [...event.dataTransfer.items].map(item => item.webkitGetAsEntry?.()).filter(Boolean);
    const plain = [...event.dataTransfer.files];
    this.take(entries.some(entry => entry.isDirectory) ? (await Promise.all(entries.map(files))).flat() : plain);
  }

  take(taken) {
    for (const file of taken.filter(file => !file.name.startsWith('.'))) {
      const row = this.row(file.name, file);
      if (file.size > Number(this.words.most)) this.fail(row, this.words.large);
      else this.waiting.push({ file, row });
    }
    this.next();
  }

  next() {
    while (this.sending.size < atATime && this.waiting.length > 0) void this.send(this.waiting.shift());
    this.show();
  }

  async send(job) {
    const stop = new AbortController();
    Object.assign(job, { stop, sent: 0 });
    this.sending.add(job);
    const { row, file } = job;
    row.job = job;
    const say = (text, part) => { row.querySelector('.quiet').textContent = text; row.querySelector('progress').value = part; };
    say(this.words.sends, 0);
    try {
      const id = await send(file, {
        signal: stop.signal,
        sent: bytes => { job.sent = bytes; say(`${this.words.sends} · ${Math.floor(bytes / file.size * 100)} %`, bytes / file.size); this.show(); },
        lost: isLost => { if (isLost) say(this.words.lost, job.sent / file.size); },
      });
      this.done(row, id);
    } catch (fault) {
      if (!stop.signal.aborted) this.fail(row, fault.message, () => { this.waiting.push({ file, row }); this.next(); });
    } finally {
      this.sending.delete(job);
      this.next();
    }
  }

  row(name, file) {
    const row = this.list.appendChild(element('li', 'sheet-row'));
    const picture = row.appendChild(element('span', 'picture thumb'));
    if (file) {
      const shown = picture.appendChild(element('img'));
      [shown.alt, shown.src] = ['', URL.createObjectURL(file)];
      shown.addEventListener('load', () => URL.revokeObjectURL(shown.src), { once: true });
    }
    const text = row.appendChild(element('span', 'name'));
    text.append(element('strong', 'cut', name), element('span', 'quiet small', this.words.waits), element('progress'));
    text.querySelector('progress').setAttribute('aria-label', name);
    const remove = row.appendChild(element('button', 'icon'));
    remove.type = 'button';
    remove.dataset.remove = '';
    remove.setAttribute('aria-label', `${this.words.remove}: ${name}`);
    remove.append(cross());
    return row;
  }

  done(row, id) {
    row.className = 'sheet-row is-sent';
    row.querySelector('.quiet').textContent = this.words.sent;
    row.querySelector('progress')?.remove();
    const input = row.appendChild(element('input'));
    [input.type, input.name, input.value] = ['hidden', 'id', id];
    this.price();
  }

  fail(row, why, again) {
    row.className = 'sheet-row is-refused';
    row.querySelector('.quiet').textContent = why;
    row.querySelector('progress').hidden = true;
    row.querySelector('[data-again]')?.remove();
    if (!again) return;
    const button = element('button', '', this.words.again);
    button.type = 'button';
    button.dataset.again = '';
    button.addEventListener('click', () => { button.remove(); row.className = 'sheet-row'; row.querySelector('progress').hidden = false; again(); });
    row.insertBefore(button, row.querySelector('[data-remove]'));
  }

  remove(row) {
    row.job?.stop.abort();
    this.waiting = this.waiting.filter(job => job.row !== row);
    row.remove();
    this.show();
    this.price();
  }

  /** Totals, and whether there is anything to develop. */
  show() {
    const rows = [...this.list.children];
    const sent = rows.filter(row => row.classList.contains('is-sent')).length;
    const open = this.sending.size + this.waiting.length;
    const totals = this.tray.querySelector('[data-totals]');
    totals.hidden = open === 0;
    totals.querySelector('[role=status]').textContent = `${sent} / ${sent + open}`;
    totals.querySelector('progress').value = (sent + [...this.sending].reduce((sum, job) => sum + job.sent / job.file.size, 0)) / Math.max(1, sent + open);
    this.form.querySelector('[data-go-develop]').disabled = open > 0 || sent === 0;
  }

  async changed(event) {
    if (event.target.name === 'pipeline') {
      const address = new URL(location.href);
      address.searchParams.set('pipeline', event.target.value);
      history.replaceState(null, '', address);
      const fresh = await ask(address.href);
      // A later choice has been answered by now, or will be.
      if (location.href !== address.href) return;
      const settings = document.getElementById('settings');
      fresh.getElementById('settings').open = settings.open;
      // Put in its place and not morphed: what was typed belongs to the other pipeline.
      settings.replaceWith(document.importNode(fresh.getElementById('settings'), true));
      shown(fresh, document.querySelectorAll('#example'));
    }
    this.price();
  }

  price() {
    clearTimeout(this.asked);
    this.asked = setTimeout(async () => {
      try {
        const answer = await fetch('/develop/price', { method: 'POST', headers: { 'Revela-Part': '1' }, body: new URLSearchParams(new FormData(this.form)) });
        if (answer.ok) document.getElementById('price').textContent = await answer.text();
      } catch { /* The last price stays until the server is back. */ }
    }, settle);
  }

  /** Pictures by their addresses, one after the other. */
  async fetch(button) {
    const field = this.form.querySelector('[data-urls]');
    const addresses = field.value.split(/\s+/).filter(Boolean);
    [field.value, button.disabled] = ['', true];
    for (const url of addresses) {
      const row = this.row(url);
      row.querySelector('.quiet').textContent = this.words.sends;
      row.querySelector('progress').removeAttribute('value');
      try {
        const answer = await fetch('/api/v1/assets', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ url: [url] }) });
        const body = await answer.json();
        if (answer.ok) this.done(row, body.id);
        else this.fail(row, body.detail);
      } catch {
        this.fail(row, this.words.lost);
      }
      this.show();
    }
    button.disabled = false;
  }
}

async function files(entry) {
  if (entry.isFile) return [await new Promise((resolve, reject) => entry.file(resolve, reject))];
  const [reader, found] = [entry.createReader(), []];
  // A folder tells its contents in parts.
  for (let part; (part = await new Promise((resolve, reject) => reader.readEntries(resolve, reject))).length > 0;) found.push(...part);
  return (await Promise.all(found.map(files))).flat().filter(file => file.type.startsWith('image/') || /\.(heic|heif|avif|tiff?)$/i.test(file.name));
}

function element(tag, style = '', text = '') {
  const made = document.createElement(tag);
  if (style) made.className = style;
  if (text) made.textContent = text;
  return made;
}

// The page has this drawing already, in the button that takes a picture out.
function cross() {
  return document.getElementById('cross').content.firstElementChild.cloneNode(true);
}
