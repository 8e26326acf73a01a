// Measures a queue on PostgreSQL as `./run bench postgres` measures Revela's store: jobs that do nothing, every commit flushed.
//
//   PGHOST=… PGUSER=… PGDATABASE=… node queue_pgboss.mjs RUNS        (an empty database; how often each figure is taken)
//
// A queue is { send(data), sendMany(list of data), drain() → jobs done, wake(data): send to those who work(onJob), close() }.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { figure } from './peer.mjs';

const callers = 50, alone = 5_000, many = 50_000, batch = 1000, pickups = 200;

// Nanoseconds of the clock that all processes of a machine share.
const now = () => process.hrtime.bigint();
const job = () => ({ asset: randomUUID(), pipeline: 'nothing', sent: `${now()}` });

/** @param open Opens the queue; in this process first, then in processes of their own. */
export async function measure(name, open) {
  const queue = await open();
  if (process.send) return serve(queue);
  const runs = +process.argv[2];
  const [singly, inBulk, drained] = [[], [], []];
  // First: behind a flood the server is busy with clearing up for a while.
  const waits = await pickup(queue);
  const workers = [await child(), await child()];
  await drain(queue, workers, 2 * batch);
  for (let run = 0; run < runs; run++) {
    singly.push(await rate(alone, () => send(queue, alone)));
    await drain(queue, workers, alone, true);
    inBulk.push(await rate(many, () => sendMany(queue, many)));
    drained.push(await drain(queue, workers, many, true));
  }
  figure(`durable submissions from ${callers} callers: ${name}`, 'jobs/s', singly);
  figure(`bulk submissions, 1,000 jobs in each: ${name}`, 'jobs/s', inBulk);
  figure(`drained by two processes: ${name}`, 'jobs/s', drained);
  figure(`submitted to started in another process, p50: ${name}`, 'ms', [percentile(waits, 0.5)]);
  figure(`submitted to started in another process, p99: ${name}`, 'ms', [percentile(waits, 0.99)]);
  await Promise.all([...workers.map(worker => ask(worker, 'close')), queue.close()]);
  process.exit();
}

async function rate(count, work) {
  const start = now();
  await work();
  return count / (Number(now() - start) / 1e9);
}

const lines = (count, line) => Promise.all(Array.from({ length: count }, line));

// Every caller waits for its own commit.
const send = (queue, count) => lines(callers, async () => {
  for (let i = 0; i < count / callers; i++) await queue.send(job());
});

const sendMany = (queue, count) => lines(4, async (_, line) => {
  for (let i = line; i < count / batch; i += 4) await queue.sendMany(Array.from({ length: batch }, job));
});

async function drain(queue, workers, count, isFull = false) {
  if (!isFull) await sendMany(queue, count);
  let done;
  const speed = await rate(count, async () => (done = await Promise.all(workers.map(worker => ask(worker, 'drain')))));
  if (done[0] + done[1] !== count) throw new Error(`${done[0] + done[1]} jobs of ${count} were done`);
  return speed;
}

// One job at a time, so that each meets an idle worker; the first ones only warm up.
async function pickup(queue) {
  const worker = await child();
  await ask(worker, 'work');
  const waits = [];
  for (let i = 0; i < 2 * pickups; i++) {
    const started = once(worker, 'message');
    await Promise.all([queue.wake(job()), started]);
    if (i >= pickups) waits.push((await started)[0]);
    await pause(5 + 20 * Math.random());
  }
  await ask(worker, 'close');
  return waits;
}

async function child() {
  const worker = fork(process.argv[1], { stdio: ['ignore', process.stderr, process.stderr, 'ipc'] });
  worker.on('exit', code => code && process.exit(code));
  await once(worker, 'message');
  return worker;
}

const ask = async (worker, verb) => (worker.send(verb), (await once(worker, 'message'))[0]);

function serve(queue) {
  const onJob = data => process.send(Number(now() - BigInt(data.sent)) / 1e6);
  const verbs = { drain: queue.drain, work: () => queue.work(onJob), close: queue.close };
  process.on('disconnect', () => process.exit());
  process.on('message', async verb => process.send((await verbs[verb]()) ?? 0, () => verb === 'close' && process.exit()));
  process.send('ready');
}

const percentile = (values, share) => values.sort((a, b) => a - b)[Math.ceil(share * values.length) - 1];
