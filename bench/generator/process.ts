import { messageOf } from '#domain';
import { Job } from './job.js';
import { runJob } from './run-job.js';

/**
 * The generator's process: its processor time must not be counted as the tree's. Gets one job at a time, and ends with its parent,
 * which alone decides what Ctrl-C means.
 */
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});
process.on('disconnect', () => process.exit(0));
process.on('message', message => {
  runJob(Job.parse(message)).then(
    result => process.send?.({ result }),
    error => process.send?.({ error: messageOf(error) }),
  );
});
