// Brings files in, one after the other: each field of files says where its own go.
const isPicture = file => file.type.startsWith('image/') || /\.(heic|heif|avif|tiff?)$/i.test(file.name);

/** @param {HTMLElement} box holds `input[type=file]` with `data-to`, and `data-field` unless the file is all that is sent, by `data-method` */
export function dressImport(box) {
  if (box.dataset.dressed) return;
  box.dataset.dressed = 'yes';
  const [begin, said, meter, faults] = ['[data-begin]', '[data-said]', 'progress', '[data-faults]'].map(name => box.querySelector(name));
  begin.addEventListener('click', async () => {
    // In the order of the fields, a table before the pictures that are matched with its rows.
    const parts = [...box.querySelectorAll('input[type=file]')].flatMap(input =>
      [...input.files].filter(file => !input.accept.startsWith('image/') || isPicture(file)).map(file => ({ input, file })));
    if (parts.length === 0) return;
    [begin.disabled, meter.hidden, meter.max, meter.value] = [true, false, parts.length, 0];
    faults.replaceChildren();
    for (const { input, file } of parts) {
      const fault = await send(input.dataset, file, box.dataset.lost);
      if (fault) tell(faults, file.name, fault);
      meter.value += 1;
      said.textContent = `${meter.value} / ${parts.length}`;
    }
    begin.disabled = false;
    const refused = faults.children.length;
    said.textContent = (refused > 0 ? box.dataset.refused : box.dataset.done).replace('{count}', refused > 0 ? refused : parts.length);
    if (refused === 0) location.assign(box.dataset.next);
  });
}

async function send({ to, field, method = 'POST' }, file, lost) {
  const form = new FormData();
  if (field) form.set(field, file, file.name);
  try {
    const answer = await fetch(to, { method, body: field ? form : file });
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
}
