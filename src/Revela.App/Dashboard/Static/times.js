// Times in the viewer's own zone and language; those told by their distance from now stay current.
const language = document.documentElement.lang;
const far = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' });
const clock = new Intl.DateTimeFormat(language, { timeStyle: 'medium' });
const day = new Intl.DateTimeFormat(language, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' });
const distance = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' });
const units = [['second', 60], ['minute', 60], ['hour', 24], ['day', 7]];

function ago(then) {
  let amount = (then - Date.now()) / 1000;
  if (Math.abs(amount) < 5) return distance.format(0, 'second');
  for (const [unit, most] of units) {
    if (Math.abs(amount) < most) return distance.format(Math.round(amount), unit);
    amount /= most;
  }
  return day.format(then);
}

function brief(then) {
  return then.toDateString() === new Date().toDateString() ? clock.format(then) : day.format(then);
}

/** Writes every time below an element. */
export function show(root) {
  for (const element of root.querySelectorAll('time[datetime]')) {
    const then = new Date(element.dateTime);
    const text = element.dataset.as === 'ago' ? ago(then) : brief(then);
    if (element.textContent !== text) element.textContent = text;
    element.title = far.format(then);
  }
}

setInterval(() => { if (!document.hidden) show(document); }, 5000);
