import { Worker } from 'node:worker_threads';
import type { Layout } from '#simulation';
import type { WorldDone } from './worker.js';

export interface CampaignOptions {
  readonly seeds: readonly number[];
  readonly layout: Layout | undefined;
  readonly jobs: number;
  readonly progress: (done: number, failed: readonly WorldDone[]) => void;
}

/** After so many worlds that failed, the rest would tell nothing new. */
const ENOUGH_FAILED = 10;

/** Lives through the worlds of the seeds, several at a time. @returns those that broke a promise, by seed. */
export const campaign = async ({ seeds, layout, jobs, progress }: CampaignOptions): Promise<WorldDone[]> => {
  const waiting = seeds.values();
  const failed: WorldDone[] = [];
  let done = 0;
  const work = () =>
    new Promise<void>((resolve, reject) => {
      const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: { layout } });
      const next = () => {
        const { value, done: none } = failed.length < ENOUGH_FAILED ? waiting.next() : { value: undefined, done: true };
        if (none) void worker.terminate().then(() => resolve());
        else worker.postMessage(value);
      };
      worker.on('message', (world: WorldDone) => {
        done += 1;
        if (world.broken.length) failed.push(world);
        progress(done, failed);
        next();
      });
      worker.once('error', reject);
      next();
    });
  await Promise.all(Array.from({ length: Math.min(jobs, seeds.length) }, work));
  return failed.sort((a, b) => a.seed - b.seed);
};
