// What every example page needs to speak with a Revela: where it is, the key, and an answer's JSON or its reason.
// The pages come from another origin than the server, which must know it: accounts.origins.
const kept = sessionStorage;

/** The server's address: ?server=…, else what was given last, else where `revela serve` listens. */
export const server = () => kept.getItem('revela-server') ?? 'http://127.0.0.1:7070';

/** @param {string} path @param {RequestInit & {json?: unknown}} options @returns the answer's JSON; its own reason is thrown as an Error */
export async function ask(path, { json, ...options } = {}) {
  const headers = new Headers(options.headers);
  if (kept.getItem('revela-key')) headers.set('Authorization', `Bearer ${kept.getItem('revela-key')}`);
  if (json !== undefined) headers.set('Content-Type', 'application/json');
  const answer = await fetch(new URL(path, server()), { ...options, headers, body: json === undefined ? options.body : JSON.stringify(json) });
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw Object.assign(new Error(body.error ?? body.message ?? body.detail ?? `${answer.status}`), { status: answer.status, code: body.code });
  return body;
}

/** Asks again and again, as pages without a stream do, until the answer will do. */
export async function until(look, isGood, every = 500) {
  for (;;) {
    const seen = await look();
    if (isGood(seen)) return seen;
    await new Promise(resolve => setTimeout(resolve, every));
  }
}

export const keep = (name, value) => kept.setItem(`revela-${name}`, value);

/** An element with its properties and children. */
export function make(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

export function chip(text, is = '') {
  const made = make('span', { className: 'state', textContent: text });
  made.dataset.is = is;
  return made;
}

export function say(text) {
  document.getElementById('said').textContent = text;
}

/** Runs what a button or form asks for, and says what went wrong. */
export const does = work => async event => {
  event.preventDefault?.();
  const button = event.submitter ?? event.currentTarget;
  button.disabled = true;
  try {
    await work(event);
  } catch (fault) {
    say(fault.message);
  }
  button.disabled = false;
};

// The door at the head of a page: address and key, for as long as the tab is open.
const address = new URLSearchParams(location.search);
for (const name of ['server', 'key']) if (address.has(name)) keep(name, address.get(name));
if (address.has('server') || address.has('key')) history.replaceState(null, '', location.pathname);
const door = document.querySelector('form[data-door]');
if (door) {
  door.elements.server.value = server();
  door.elements.key && (door.elements.key.value = kept.getItem('revela-key') ?? '');
  door.addEventListener('submit', event => {
    event.preventDefault();
    keep('server', door.elements.server.value);
    if (door.elements.key) keep('key', door.elements.key.value.trim());
    location.reload();
  });
}
