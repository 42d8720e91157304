// What others do on our queues, with the published packages:
//
//   bullmq.mjs PORT hear COUNT          tells each event of code-exec until so many jobs have completed
//   bullmq.mjs PORT requeue ID...       takes the jobs out of code-save and adds them itself, each its own way
//   bullmq.mjs PORT read ID             tells what it sees of a job
//   bullmq.mjs PORT save-worker COUNT   a worker on code-save, until so many jobs have completed in code-exec
//   bullmq.mjs PORT board               Bull Board; tells its port
//
// Each tells a JSON value a line.
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import { Queue, QueueEvents, Worker } from 'bullmq';
import express from 'express';
import { Redis } from 'ioredis';

const [port, command, ...rest] = process.argv.slice(2);
const connect = () => new Redis({ host: '127.0.0.1', port: Number(port), maxRetriesPerRequest: null });
const open = (name) => new Queue(name, { connection: connect() });
// From now on: by itself it would begin when its first read is under way, after waitUntilReady().
async function listen(name) {
  const redis = connect();
  const [latest] = await redis.xrevrange(`bull:${name}:events`, '+', '-', 'COUNT', 1);
  return new QueueEvents(name, { connection: redis, lastEventId: latest?.[0] ?? '0' });
}
const tell = (value) => console.log(JSON.stringify(value));

async function hear(count) {
  const events = await listen('code-exec');
  const seen = { added: 0, waiting: 0, active: 0, completed: 0 };
  const completed = {};
  const all = new Promise((resolve) => {
    for (const name of Object.keys(seen)) {
      events.on(name, ({ jobId, returnvalue }) => {
        seen[name] += 1;
        if (name === 'completed') completed[jobId] = returnvalue;
        if (seen.completed === count) resolve();
      });
    }
  });
  tell('ready');
  await all;
  tell({ seen, completed });
}

async function requeue(ids) {
  const queue = open('code-save');
  for (const [i, jobId] of ids.entries()) {
    await (await queue.getJob(jobId)).remove();
    const options = { jobId, attempts: 3, backoff: { type: 'exponential', delay: 100 } };
    if (i % 3 === 1) options.priority = 1 + i;
    if (i % 3 === 2) options.delay = 50;
    await queue.add('saveCode', { jobId }, options);
  }
  await queue.resume();
  tell(await queue.getJobCounts());
}

async function read(id) {
  const queue = open('code-exec');
  const job = await queue.getJob(id);
  tell({
    state: await job.getState(), name: job.name, data: job.data, attemptsMade: job.attemptsMade,
    returnvalue: job.returnvalue, inOrder: job.timestamp <= job.processedOn && job.processedOn <= job.finishedOn,
    counts: await queue.getJobCounts(), workers: (await queue.getWorkers()).length,
  });
}

async function saveWorker(count) {
  const [save, exec] = ['code-save', 'code-exec'].map(open);
  const taken = [];
  const worker = new Worker('code-save', async (job) => {
    taken.push(job.id);
    await exec.add('execCode', { jobId: job.id }, { jobId: job.id, attempts: 3 });
    return { status: 'saved' };
  }, { connection: connect(), concurrency: 8 });
  await worker.waitUntilReady();
  const events = await listen('code-exec');
  const completed = new Set();
  const all = new Promise((resolve) => {
    events.on('completed', ({ jobId }) => completed.add(jobId).size === count && resolve());
  });
  tell('ready');
  await all;
  await worker.close();
  tell({ taken, failed: (await save.getFailedCount()) + (await exec.getFailedCount()) });
}

async function board() {
  const adapter = new ExpressAdapter();
  adapter.setBasePath('/admin/queues');
  createBullBoard({ queues: ['code-save', 'code-exec'].map((name) => new BullMQAdapter(open(name))),
                    serverAdapter: adapter });
  const app = express();
  app.use('/admin/queues', adapter.getRouter());
  const server = app.listen(0, '127.0.0.1', () => tell(server.address().port));
  await new Promise(() => {});
}

await { hear: () => hear(Number(rest[0])), requeue: () => requeue(rest), read: () => read(rest[0]),
        'save-worker': () => saveWorker(Number(rest[0])), board }[command]();
process.exit(0);
