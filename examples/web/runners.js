// The runners' page: photos by number, without a login where race_photos.public opens them.
import { ask, does, make, say } from './revela.js';

document.getElementById('search').addEventListener('submit', does(async event => {
  const bib = event.target.elements.bib.value;
  const found = [];
  for (let next = ''; next !== null;) {
    const page = await ask(`/photos?bib=${bib}${next && `&cursor=${encodeURIComponent(next)}`}`);
    found.push(...page.photos);
    next = page.next;
  }
  say(found.length === 0 ? `There is no photo of ${bib} yet.` : `${found.length} of ${bib}`);
  document.getElementById('photos').replaceChildren(...found.map(photo =>
    make('li', {}, make('a', { href: photo.url }, make('img', { src: photo.url, alt: `Photo with the number ${bib}`, loading: 'lazy' })))));
}));
