// The shop's articles: choose some, process them, and see the queue go on.
import { ask, chip, does, keep, make, say } from './revela.js';

const [list, category, process] = ['articles', 'category', 'process'].map(id => document.getElementById(id));
const words = { pending: ['Pendiente', ''], processing: ['Procesando', ''], completed: ['Completado', 'good'], failed: ['Fallido', 'bad'] };
const chosen = new Set();
let articles = [];

async function load() {
  articles = (await ask('/api/articulos?activo=true')).data.articulos;
  const known = [...new Set(articles.map(article => article.categoria_id).filter(id => id !== null))].sort((a, b) => a - b);
  const wanted = category.value;
  category.replaceChildren(make('option', { value: '', textContent: 'Todas' }), ...known.map(id => make('option', { value: id, textContent: id, selected: `${id}` === wanted })));
  await show();
}

const shown = () => articles.filter(article => category.value === '' || `${article.categoria_id}` === category.value);

async function show() {
  const runs = (await ask('/api/articulos/processing-queue/history?limit=500')).data.historial;
  const { stats } = (await ask('/api/articulos/processing-queue/status')).data;
  document.getElementById('queue').textContent = `${stats.pendientes} pendientes · ${stats.procesando} procesando · ${stats.completados} completados · ${stats.fallidos} fallidos`;
  // Newest first, so that the first one found is the last run.
  const last = id => runs.find(run => run.articulo_id === id);
  list.replaceChildren(...shown().map(article => print(article, last(article.id))));
  choose();
  return stats;
}

function print(article, run) {
  const box = make('input', { type: 'checkbox', checked: chosen.has(article.id), disabled: article.imagen_url === null, onchange: () => { box.checked ? chosen.add(article.id) : chosen.delete(article.id); choose(); } });
  const row = make('li', {}, make('label', { className: 'row' }, box, make('strong', { textContent: article.nombre })));
  if (article.imagen_url) row.prepend(make('img', { src: article.imagen_url, alt: '', loading: 'lazy' }));
  if (run) row.append(chip(...words[run.estado]));
  if (run?.error_message) row.append(make('span', { className: 'quiet', textContent: run.error_message }));
  return row;
}

function choose() {
  process.disabled = chosen.size === 0;
  process.textContent = chosen.size === 0 ? 'Procesar seleccionados' : `Procesar seleccionados (${chosen.size})`;
}

async function follow() {
  for (let stats = await show(); stats.pendientes + stats.procesando > 0; stats = await show()) await new Promise(resolve => setTimeout(resolve, 1000));
  await load();
}

process.addEventListener('click', does(async () => {
  const prioridad = Number(document.getElementById('priority').value);
  const { message, data } = await ask('/api/articulos/batch-process-images', { method: 'POST', json: { articuloIds: [...chosen], prioridad } });
  say([message, ...data.detalles.omitidos.map(left => `${left.articuloId}: ${left.motivo}`)].join(' · '));
  chosen.clear();
  void follow();
}));
document.getElementById('all').addEventListener('click', () => {
  for (const article of shown()) if (article.imagen_url) chosen.add(article.id);
  void show();
});
category.addEventListener('change', () => { chosen.clear(); void show(); });
document.getElementById('login').addEventListener('submit', does(async event => {
  const { email, password } = event.target.elements;
  keep('key', (await ask('/api/auth/login', { method: 'POST', json: { email: email.value, password: password.value } })).data.token);
  say('');
  await follow();
}));

follow().catch(fault => say(fault.message));
