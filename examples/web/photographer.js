// The photographer's page: many photos in one go, each with its numbers as soon as they are read.
import { ask, chip, does, make, say, until } from './revela.js';

const list = document.getElementById('photos');

async function follow(photo) {
  const state = chip('pending');
  const row = make('li', {}, make('img', { src: photo.url, alt: '' }), state);
  list.prepend(row);
  const ended = await until(() => ask(`/photos/${photo.id}/status`), seen => {
    state.textContent = seen.status;
    return seen.status === 'completed' || seen.status === 'failed';
  });
  state.dataset.is = ended.isProcessed ? 'good' : 'bad';
  const { detections, review } = await ask(`/photos/${photo.id}`);
  row.append(make('strong', { textContent: detections.map(reading => reading.bib).join(', ') || ended.error || 'no number is sure' }));
  if (review?.length) row.append(make('span', { className: 'quiet', textContent: `${review.length} to review` }));
  await count();
}

async function count() {
  const stats = await ask('/queue/stats');
  document.getElementById('stats').textContent = Object.entries(stats).map(([name, number]) => `${number} ${name}`).join(' · ');
}

document.getElementById('upload').addEventListener('submit', does(async event => {
  const photos = await ask('/photos/multiple', { method: 'POST', body: new FormData(event.target) });
  event.target.reset();
  say(`${photos.length} uploaded`);
  for (const photo of photos) follow(photo).catch(fault => say(fault.message));
}));

count().catch(fault => say(fault.message));
