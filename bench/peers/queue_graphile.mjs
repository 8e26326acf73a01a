// graphile-worker, drained with the settings that its own performance test found the fastest; an idle worker with its defaults, which LISTENs.
import { need } from './peer.mjs';
import { measure } from './queues.mjs';

const { module: { Logger, makeWorkerUtils, run, runOnce }, version } = need('graphile-worker');
const { module: { Pool } } = need('pg');
const name = 'nothing';

const fast = { worker: { concurrentJobs: 24, localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 } };

await measure(`graphile-worker ${version}`, async () => {
  const pgPool = new Pool({ max: 25 });
  const logger = new Logger(() => () => {});
  const utils = await makeWorkerUtils({ pgPool, logger });
  if (!process.send) await utils.migrate();

  let done, worker;
  const send = data => utils.addJob(name, data);
  return {
    send,
    wake: send,
    sendMany: list => utils.addJobs(list.map(payload => ({ identifier: name, payload }))),
    drain: async () => (done = 0, await runOnce({ pgPool, logger, preset: fast, noHandleSignals: true, taskList: { [name]: () => void done++ } }), done),
    work: async onJob => void (worker = await run({ pgPool, logger, noHandleSignals: true, taskList: { [name]: onJob } })),
    close: async () => (await worker?.stop(), await utils.release(), await pgPool.end()),
  };
});
