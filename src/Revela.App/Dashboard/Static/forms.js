// Sends forms without leaving the page: what was typed elsewhere and where it was scrolled to stay. Asks first where a form says so.
import { soon } from './live.js';
import { ask, read, shown } from './parts.js';

document.addEventListener('submit', async event => {
  const { target: form, submitter } = event;
  if (form.method !== 'post') return;
  const question = submitter?.dataset.confirm ?? form.dataset.confirm;
  if (question && !form.dataset.sure) {
    event.preventDefault();
    if (await isSure(question, submitter)) resend(form, submitter);
    return;
  }
  delete form.dataset.sure;
  if ('plain' in form.dataset) return;
  event.preventDefault();
  await send(form, submitter);
});

function resend(form, submitter) {
  form.dataset.sure = 'yes';
  form.requestSubmit(submitter);
}

async function send(form, submitter) {
  if (form.ariaBusy === 'true') return;
  form.ariaBusy = 'true';
  try {
    const answer = await fetch(form.action, { method: 'POST', headers: { 'Revela-Part': '1' }, body: new URLSearchParams(new FormData(form, submitter)) });
    if (answer.status === 401) location.reload();
    else if (answer.headers.has('Revela-Go')) await go(answer.headers.get('Revela-Go'));
    else if (answer.ok) show(read(await answer.text()));
    else tell(read(await answer.text()).getElementById('error') ?? `${answer.status}`, true);
  } catch {
    tell(document.getElementById('away')?.textContent ?? '', true);
  } finally {
    form.ariaBusy = null;
  }
}

async function go(address) {
  const wanted = new URL(address, location.href);
  if (wanted.pathname !== location.pathname || wanted.search !== location.search) return location.assign(wanted);
  const held = document.activeElement;
  held?.blur?.();
  show(await ask(location.href, 'told'));
  // Whoever goes on by keyboard goes on from where they were, or from the top of what the page says now.
  (held?.isConnected && held !== document.body ? held : document.getElementById('main'))?.focus({ preventScroll: true });
}

function show(fresh) {
  shown(fresh, [...document.querySelectorAll('#screen, #bell')]);
  // What happens between an answer and its place on the page is heard by nobody.
  soon();
  tell(fresh.getElementById('told')?.textContent ?? '', false);
}

/**
 * Says something at the top of the page, aloud.
 * @param {string | Element} said text, or what is inside of an element
 */
export function tell(said, isBad) {
  const told = document.getElementById('told');
  told.classList.toggle('is-bad', isBad);
  told.replaceChildren(...(said.childNodes ?? [said]));
}

function isSure(question, submitter) {
  const dialog = document.createElement('dialog');
  dialog.className = 'sheet sure';
  dialog.setAttribute('aria-label', question);
  const asked = document.createElement('p');
  asked.textContent = question;
  const answers = document.createElement('form');
  answers.method = 'dialog';
  answers.append(button(document.body.dataset.no, 'no'), button(submitter?.textContent.trim() || document.body.dataset.yes, 'yes', 'main bad'));
  dialog.append(asked, answers);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise(resolve => dialog.addEventListener('close', () => {
    dialog.remove();
    submitter?.focus();
    resolve(dialog.returnValue === 'yes');
  }));
}

function button(text, value, style) {
  const made = document.createElement('button');
  [made.textContent, made.value] = [text, value];
  if (style) made.className = style;
  return made;
}
