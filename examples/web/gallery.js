// The studio's gallery: a person presses «Quitar fondo», confirms, and goes on working; the new image appears when it is ready.
import { ask, chip, does, make, say, until } from './revela.js';

const list = document.getElementById('images');
const words = { pending: 'En espera', processing: 'Procesando', failed: 'Fallida' };

async function show() {
  const { images } = await ask('/images/');
  list.replaceChildren(...images.map(print));
}

function print(image) {
  const row = make('li', { id: image.uuid }, make('strong', { textContent: image.title }));
  if (image.url) row.prepend(make('img', { src: image.url, alt: image.title, loading: 'lazy' }));
  if (image.status !== 'completed') row.append(chip(words[image.status] ?? image.status, image.status === 'failed' ? 'bad' : ''));
  else if (image.parent_uuid === null) row.append(make('button', { type: 'button', textContent: 'Quitar fondo', onclick: does(() => removeBackground(image)) }));
  else row.append(chip('Sin fondo', 'good'));
  return row;
}

async function removeBackground(image) {
  if (!await isSure()) return;
  const { task_id: task, message } = await ask(`/images/${image.uuid}/remove-bg/`, { method: 'POST' });
  say(message);
  void follow(task);
}

// Beside whatever the person does meanwhile.
async function follow(task) {
  await show();
  const ended = await until(() => ask(`/images/tasks/${task}/`), seen => {
    if (seen.status === 'PROGRESS') say(`Quitando el fondo: ${seen.progress} %`);
    return seen.status === 'SUCCESS' || seen.status === 'FAILURE';
  });
  say(ended.status === 'SUCCESS' ? 'Fondo removido' : `No se pudo quitar el fondo: ${ended.error}`);
  await show();
}

function isSure() {
  const dialog = document.getElementById('sure');
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise(resolve => dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true }));
}

document.getElementById('upload').addEventListener('submit', does(async event => {
  const form = event.target;
  await ask('/images/', { method: 'POST', body: new FormData(form) });
  form.reset();
  say('');
  await show();
}));

show().catch(fault => say(fault.message));
