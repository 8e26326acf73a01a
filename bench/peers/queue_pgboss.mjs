// pg-boss: batches of 1,000 fetched and completed by two lines in each process; an idle worker that LISTENs, which is not the default.
import { need } from './peer.mjs';
import { measure } from './queues.mjs';

const { module: { PgBoss }, version } = need('pg-boss');
// Waking somebody costs each submission a lock that all others wait for, so that only the queue whose worker waits does it.
const name = 'nothing', awaited = 'awaited';

await measure(`pg-boss ${version}`, async () => {
  const { PGHOST: host, PGUSER: user, PGDATABASE: database } = process.env;
  // Maintenance is left out of the measurement, in its favour.
  const boss = new PgBoss({ host, user, database, max: 20, supervise: false, schedule: false, useListenNotify: true });
  boss.on('error', error => { throw error; });
  await boss.start();
  if (!process.send) await Promise.all([boss.createQueue(name), boss.createQueue(awaited, { notify: true })]);

  let done;
  const line = async () => {
    for (let jobs; (jobs = await boss.fetch(name, { batchSize: 1000 })).length > 0; done += jobs.length)
      await boss.complete(name, jobs.map(job => job.id));
  };
  return {
    send: data => boss.send(name, data),
    sendMany: list => boss.insert(name, list.map(data => ({ data }))),
    drain: async () => (done = 0, await Promise.all([line(), line()]), done),
    wake: data => boss.send(awaited, data),
    work: onJob => boss.work(awaited, { pollingIntervalSeconds: 0.5 }, async ([job]) => onJob(job.data)),
    close: () => boss.stop({ graceful: false }),
  };
});
