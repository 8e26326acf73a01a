// Images in, a ticket each, and their results as they come.
import { ask, chip, does, make, until } from './revela.js';

const list = document.getElementById('tasks');

async function analyze(file) {
  const form = new FormData();
  form.set('file', file);
  const state = chip('processing');
  const row = list.appendChild(make('li', {}, make('strong', { textContent: file.name }), state));
  const { task_id: task } = await ask('/api/v1/analyze', { method: 'POST', body: form });
  const ended = await until(() => ask(`/api/v1/tasks/${task}`), seen => {
    state.textContent = seen.status.toLowerCase();
    return seen.status === 'COMPLETED' || seen.status === 'FAILED';
  });
  state.dataset.is = ended.status === 'COMPLETED' ? 'good' : 'bad';
  if (ended.result_url) row.prepend(make('img', { src: ended.result_url, alt: `${file.name}, analyzed` }));
  if (ended.error) row.append(make('span', { className: 'quiet', textContent: ended.error }));
}

document.getElementById('upload').addEventListener('submit', does(async event => {
  const files = [...event.target.elements.file.files];
  event.target.reset();
  await Promise.all(files.map(analyze));
}));
