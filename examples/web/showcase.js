// The showcase: the app only asks; a worker, here or far away, makes the picture, and every status is seen as it comes.
import { ask, chip, does, make, until } from './revela.js';

const list = document.getElementById('characters');
const steps = ['removing-background', 'upscaling', 'finalizing', 'complete'];

document.getElementById('character').addEventListener('submit', does(async event => {
  const form = new FormData(event.target);
  const path = `/api/characters/${encodeURIComponent(form.get('id'))}`;
  form.delete('id');
  if (form.get('image').size === 0) form.delete('image');
  await ask(path, { method: 'PUT', body: form });
  await ask(`${path}/process`, { method: 'POST' });
  void follow(path, form.get('name'));
}));

async function follow(path, name) {
  const [state, meter] = [chip(steps[0]), make('progress', { max: steps.length - 1, value: 0 })];
  meter.setAttribute('aria-label', name);
  const row = make('li', {}, make('strong', { textContent: name }), state, meter);
  list.prepend(row);
  const { visuals } = await until(() => ask(path), ({ visuals: { showcaseProcessingStatus: status } }) => {
    [state.textContent, meter.value] = [status, Math.max(0, steps.indexOf(status))];
    return status === 'complete' || status === 'failed';
  });
  state.dataset.is = visuals.isShowcaseProcessed ? 'good' : 'bad';
  meter.remove();
  if (visuals.showcaseImageUrl) row.prepend(make('img', { src: visuals.showcaseImageUrl, alt: name }));
  if (visuals.error) row.append(make('span', { className: 'quiet', textContent: visuals.error }));
}
