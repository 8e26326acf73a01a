// Keeps the regions of a page that are marked as live as they are on the server: each asks for its own HTML again
// when an event that concerns it arrives. Nothing is read from an event but whom it concerns.
import { ask, shown } from './parts.js';

const types = ['accepted', 'started', 'progress', 'checkpointed', 'waiting', 'parked', 'completed', 'failed', 'cancelled'].map(type => `job.${type}`);
const gather = 100; // ms from an event to the question, in which others join it
const rest = 350; // ms between two questions at least
const patience = 2000; // ms until a stream that was refused is tried again

let feed, notices, last = null, lost = false;
let timer = null, asking = false, again = false, askedAt = 0, took = 0;

const regions = () => [...document.querySelectorAll('[data-live]')];

function concerns(region, event) {
  return region.dataset.live.split(' ').some(topic =>
    topic === event.topic || topic === `job:${event.job_id}` || (event.batch_id && topic === `batch:${event.batch_id}`) || topic === `queue:${event.queue}`);
}

function heard(event) {
  if (regions().some(region => concerns(region, event))) soon();
}

/** Asks for all live regions, once for all that happens in a moment. */
export function soon() {
  if (asking) again = true;
  // A server that is slow to answer is asked less often.
  else timer ??= setTimeout(refresh, Math.max(gather, Math.max(rest, 3 * took) - (performance.now() - askedAt)));
}

async function refresh() {
  [timer, asking, again] = [null, true, false];
  askedAt = performance.now();
  try {
    shown(await ask(location.href), regions());
  } catch {
    // The stream notices too that the server is away, and asks again once it is back.
  }
  took = performance.now() - askedAt;
  asking = false;
  if (again) soon();
}

function say(isLost) {
  const away = document.getElementById('away');
  if (away) away.hidden = !isLost;
  if (lost && !isLost) soon();
  lost = isLost;
}

function open() {
  feed = follow('/api/v1/events' + (last === null ? '' : `?after=${last}`), types, message => {
    last = message.lastEventId;
    heard({ ...JSON.parse(message.data), topic: 'jobs' });
  });
  notices = follow('/api/v1/notifications/stream', ['notification'], () => heard({ topic: 'notices' }));
}

function follow(address, names, take) {
  const stream = new EventSource(address);
  for (const name of names) stream.addEventListener(name, take);
  stream.addEventListener('open', () => {
    say(false);
    // What happened between the page and its stream is told by neither.
    soon();
  });
  stream.addEventListener('error', () => {
    say(true);
    // Refused, not merely cut: the browser gives up on such a stream by itself.
    if (stream.readyState === EventSource.CLOSED) setTimeout(() => { if (stream === feed || stream === notices) begin(); }, patience);
  });
  return stream;
}

function end() {
  feed?.close();
  notices?.close();
  feed = notices = undefined;
}

function begin() {
  end();
  if (!document.hidden && regions().length > 0) open();
}

// A browser has few connections to one server: pages that nobody looks at let go of theirs.
document.addEventListener('visibilitychange', () => {
  begin();
  if (!document.hidden) soon();
});
addEventListener('pagehide', end);
addEventListener('pageshow', event => { if (event.persisted) { begin(); soon(); } });

setInterval(() => {
  const due = regions().some(region => region.dataset.every && performance.now() - askedAt >= 1000 * region.dataset.every);
  if (due && !document.hidden && !lost) soon();
}, 1000);

begin();
