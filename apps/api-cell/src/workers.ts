import cluster, { type Worker } from 'node:cluster';
import { CloudError } from '#domain';
import type { RunningService, ServiceRuntime } from '#service-runtime';

/** A worker that ends sooner than this after its start is not started again at once. */
const SHORT_LIFE_MS = 10_000;
const LONGEST_PAUSE_MS = 15_000;

const NUMBER = 'CANOPY_WORKER_NUMBER';

/** Which of the workers this process is, from 0 on; one that takes the place of another has its number. */
export const workerNumber = (): number => Number(process.env[NUMBER]);

/** Starts the workers, replaces those that die, and stops them. Ready when every first one serves. */
export const superviseWorkers = async (count: number, { logger, clock }: ServiceRuntime): Promise<RunningService> => {
  let stopping = false;
  let pauseMs = 500;

  const fork = (number: number): Worker => {
    const startedAt = clock.now();
    const worker = cluster.fork({ [NUMBER]: number });
    worker.once('exit', (code, signal) => {
      if (stopping) return;
      logger.error('worker ended', { worker: worker.process.pid, code, signal });
      pauseMs = clock.now() - startedAt < SHORT_LIFE_MS ? Math.min(LONGEST_PAUSE_MS, pauseMs * 2) : 500;
      setTimeout(() => stopping || fork(number), pauseMs);
    });
    return worker;
  };

  const first = Array.from({ length: count }, (_, number) => fork(number));
  await Promise.all(first.map(ready));
  logger.info('workers serve', { workers: count });
  return {
    stop: async () => {
      stopping = true;
      await Promise.all(Object.values(cluster.workers ?? {}).map(worker => worker && end(worker)));
    },
  };
};

/** @throws CloudError `unavailable` when it ends instead: its own log tells why. */
const ready = (worker: Worker): Promise<void> =>
  new Promise((resolve, reject) => {
    worker.on('message', message => message === 'ready' && resolve());
    worker.once('exit', () => reject(new CloudError('unavailable', 'a worker ended before it was ready')));
  });

const end = (worker: Worker): Promise<void> =>
  new Promise(resolve => {
    worker.once('exit', () => resolve());
    worker.process.kill('SIGTERM');
  });
