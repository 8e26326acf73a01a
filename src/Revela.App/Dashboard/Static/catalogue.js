// Articles: which are chosen and what processing them takes, told before the button is pressed.
const settle = 250; // ms after the last change until the price is asked for

/** @param {HTMLElement} shelf a list of articles inside the form that orders something for those that are ticked */
export function dressShelf(shelf) {
  if (shelf.dataset.dressed) return;
  shelf.dataset.dressed = 'yes';
  const form = shelf.closest('form');
  const [all, count, price] = ['[data-all]', '[data-count]', '[data-price]'].map(name => form.querySelector(name));
  if (!all) return;
  const boxes = () => [...shelf.querySelectorAll('input[name=id]')];
  const tick = isTicked => { for (const box of boxes()) box.checked = isTicked; };
  let timer;
  const show = () => {
    const chosen = boxes().filter(box => box.checked).length;
    count.textContent = count.dataset.count.replace('{count}', all.checked ? all.dataset.all : chosen);
    clearTimeout(timer);
    if (chosen > 0) timer = setTimeout(() => ask(form, price), settle);
  };
  form.addEventListener('change', event => {
    if (event.target === all) tick(all.checked);
    else if (event.target.name === 'id' && !event.target.checked) all.checked = false;
    show();
  });
  shelf.addEventListener('keydown', event => {
    const box = event.target.closest('li')?.querySelector('input[name=id]');
    if (event.key === 'x' && box && event.target !== box) box.click();
  });
  form.querySelector('[data-none]').addEventListener('click', () => { all.checked = false; tick(false); show(); });
  addEventListener('pageshow', show);
  show();
}

async function ask(form, price) {
  try {
    const answer = await fetch('/catalogue/price', { method: 'POST', headers: { 'Revela-Part': '1' }, body: new URLSearchParams(new FormData(form)) });
    if (answer.ok) price.textContent = await answer.text();
  } catch { /* The last price stays until the server is back. */ }
}
