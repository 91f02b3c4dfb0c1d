import { parentPort, workerData } from 'node:worker_threads';
import { drawPlan, type Layout, play } from '#simulation';

export interface WorldDone {
  readonly seed: number;
  /** The promises that were broken; empty when all were kept. */
  readonly broken: readonly string[];
}

const { layout } = workerData as { layout?: Layout };

/** Lives through the world of each seed that it is given, one at a time. */
parentPort?.on('message', async (seed: number) => {
  const { violations } = await play(drawPlan(seed, { layout }));
  parentPort?.postMessage({ seed, broken: [...new Set(violations.map(({ invariant }) => invariant))] } satisfies WorldDone);
});
