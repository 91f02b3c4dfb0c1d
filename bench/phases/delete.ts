import { setTimeout as sleep } from 'node:timers/promises';
import { waitFor } from '../../tools/stack/wait.js';
import type { Cost } from '../measure/probe.js';
import type { BenchRun } from './bench-run.js';
import { boundFor, checkAnswers } from './build.js';

export interface DeleteRound {
  readonly servers: number;
  /** From the first request until the last of them was gone. */
  readonly seconds: number;
  readonly cost: Cost;
}

const CONCURRENCY = 32;
const LOOK_MS = 200;
const SETTLE_MS = 1500;

/** Deletes the servers and waits until `left` are left. */
export const deleteServers = async (run: BenchRun, ids: readonly string[], left: number): Promise<DeleteRound> => {
  const { result, cost } = await run.probe.measure(async () => {
    const started = performance.now();
    checkAnswers('delete a server', await run.load.delete(ids, { concurrency: CONCURRENCY, seconds: boundFor(ids.length) }), ids.length);
    await waitFor(`the end of ${ids.length} servers`, async () => isGone(run, left), {
      timeoutMs: boundFor(ids.length) * 1000,
      everyMs: LOOK_MS,
      unless: () => run.signal.throwIfAborted(),
    });
    const seconds = (performance.now() - started) / 1000;
    await sleep(SETTLE_MS);
    return { seconds };
  });
  return { servers: ids.length, cost, ...result };
};

const isGone = async ({ cloud }: BenchRun, left: number): Promise<boolean> =>
  left === 0 ? !(await cloud.hasServers()) : (await cloud.serverIds()).length <= left;
