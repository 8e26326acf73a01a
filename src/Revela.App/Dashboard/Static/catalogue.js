// Articles: which are chosen and what processing them takes, told before the button is pressed; and their import, file by file.
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

/** @param {HTMLElement} box */
export function dressImport(box) {
  if (box.dataset.dressed) return;
  box.dataset.dressed = 'yes';
  const [begin, said, meter, faults] = ['[data-begin]', '[data-said]', 'progress', '[data-faults]'].map(name => box.querySelector(name));
  begin.addEventListener('click', async () => {
    const table = box.querySelector('[data-table]').files[0];
    const photos = [...box.querySelectorAll('[data-photos]')].flatMap(input => [...input.files]).filter(file => file.type.startsWith('image/') || /\.(heic|heif|avif|tiff?)$/i.test(file.name));
    const parts = [...table ? [['archivo', table]] : [], ...photos.map(photo => ['imagen', photo])];
    if (parts.length === 0) return;
    [begin.disabled, meter.hidden, meter.max, meter.value] = [true, false, parts.length, 0];
    faults.replaceChildren();
    let refused = 0;
    // One after the other, the table first: photos are matched with its rows.
    for (const [name, file] of parts) {
      const fault = await send(name, file, box.dataset.lost);
      if (fault) refused += tell(faults, file.name, fault);
      meter.value += 1;
      said.textContent = `${meter.value} / ${parts.length}`;
    }
    begin.disabled = false;
    said.textContent = (refused > 0 ? box.dataset.refused : box.dataset.done).replace('{count}', refused > 0 ? refused : parts.length);
    if (refused === 0) location.assign('/catalogue');
  });
}

async function send(name, file, lost) {
  const form = new FormData();
  form.set(name, file, file.name);
  try {
    const answer = await fetch('/api/articulos/import', { method: 'POST', body: form });
    if (answer.status === 401) location.reload();
    return answer.ok ? null : ((await answer.json()).detail ?? `${answer.status}`);
  } catch {
    return lost;
  }
}

function tell(faults, name, fault) {
  const row = faults.appendChild(document.createElement('li'));
  row.className = 'sheet-row is-refused';
  const [strong, why] = ['strong', 'span'].map(tag => row.appendChild(document.createElement(tag)));
  [strong.textContent, why.textContent, why.className] = [name, fault, 'small'];
  return 1;
}
