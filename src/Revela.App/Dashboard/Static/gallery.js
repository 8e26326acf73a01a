// The grid of pictures: goes on as one scrolls, takes new ones in at its head, and knows which are chosen.
import { ask } from './parts.js';

/** @param {HTMLElement} grid */
export function dressGrid(grid) {
  if (grid.dataset.dressed) return;
  grid.dataset.dressed = 'yes';
  const form = grid.closest('form');
  goOn(grid, form);
  choose(grid, form);
  document.addEventListener('revela:changed', () => takeIn(grid));
}

function goOn(grid, form) {
  const more = form.querySelector('#more');
  if (!more) return;
  let asking = false;
  const load = async () => {
    if (asking) return;
    asking = true;
    try {
      const fresh = await ask(more.href);
      append(grid, fresh.querySelectorAll('#grid > li'));
      const next = fresh.getElementById('more');
      if (next) more.href = new URL(next.getAttribute('href'), location.href).href;
      else more.parentElement.remove();
    } catch {
      // The link stays, and can be followed once the server is back.
    }
    asking = false;
    // What was loaded may not fill the window yet.
    if (more.isConnected && more.getBoundingClientRect().top < innerHeight + 800) await load();
  };
  more.addEventListener('click', event => { event.preventDefault(); void load(); });
  new IntersectionObserver(seen => { if (seen.some(one => one.isIntersecting)) void load(); }, { rootMargin: '800px' }).observe(more);
}

function append(grid, prints) {
  for (const print of prints) if (!document.getElementById(print.id)) grid.append(document.importNode(print, true));
}

async function takeIn(grid) {
  const newest = document.querySelector('[data-newest]')?.dataset.newest;
  if (!newest || new URLSearchParams(location.search).has('cursor') || document.getElementById(`print-${newest}`)) return;
  const fresh = await ask(location.href).catch(() => null);
  const prints = [...fresh?.querySelectorAll('#grid > li') ?? []];
  const known = prints.findIndex(print => document.getElementById(print.id));
  // So many are new that those between are not on the first page.
  if (known < 0 && grid.children.length > 0) return location.reload();
  const first = grid.firstChild;
  for (const print of prints.slice(0, known < 0 ? undefined : known)) grid.insertBefore(document.importNode(print, true), first);
}

function choose(grid, form) {
  const count = form.querySelector('[data-count]');
  const boxes = () => [...grid.querySelectorAll('input[name=id]')];
  let last = null;
  const show = () => {
    const chosen = boxes().filter(box => box.checked).length;
    count.textContent = count.dataset.count.replace('{count}', chosen);
    for (const button of form.querySelectorAll('[data-asks]')) button.dataset.confirm = button.dataset.asks.replace('{count}', chosen);
  };
  grid.addEventListener('click', event => {
    const box = event.target.closest('input[name=id]');
    if (!box) return;
    // With shift, all between this one and the one before.
    if (event.shiftKey && last?.isConnected) {
      const all = boxes();
      const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
      for (const one of all.slice(from, to + 1)) one.checked = box.checked;
    }
    last = box;
    show();
  });
  grid.addEventListener('change', show);
  grid.addEventListener('keydown', event => {
    const box = event.target.closest('li')?.querySelector('input[name=id]');
    if (event.key !== 'x' || !box) return;
    box.checked = !box.checked;
    show();
  });
  form.querySelector('[data-none]').addEventListener('click', () => { for (const box of boxes()) box.checked = false; show(); });
  addEventListener('pageshow', show);
  show();
}
