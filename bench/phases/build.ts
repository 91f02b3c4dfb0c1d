import { setTimeout as sleep } from 'node:timers/promises';
import { CloudError } from '#domain';
import { waitFor } from '../../tools/stack/wait.js';
import type { JobResult } from '../generator/job.js';
import type { Cost } from '../measure/probe.js';
import type { BenchRun } from './bench-run.js';

export interface BuildRound {
  readonly concurrency: number;
  readonly servers: number;
  /** Those that were ACTIVE at the end. Fewer than all is a defect of Canopy, and makes the whole run fail in the end. */
  readonly active: number;
  readonly accepted: JobResult;
  /** From the first request until no server was in BUILD any more. */
  readonly activeSeconds: number;
  readonly cost: Cost;
}

const LOOK_MS = 200;
const SETTLE_MS = 1500;
/** Slower than that is a failure: Nova builds one a second. */
const SLOWEST_PER_SECOND = 5;
const LEAST_SECONDS = 60;

export const boundFor = (servers: number): number => LEAST_SECONDS + servers / SLOWEST_PER_SECOND;

/**
 * Builds so many servers at once and waits until all are ACTIVE. What it costs is counted until a second and a half later, so that
 * messages and deletions of sent rows that trail behind are counted, too.
 * @throws CloudError when a request fails or it takes too long.
 */
export const buildServers = async (run: BenchRun, count: number, concurrency: number): Promise<BuildRound> => {
  const before = (await run.cloud.serverIds('ACTIVE')).length;
  const { result, cost } = await run.probe.measure(async () => {
    const started = performance.now();
    const accepted = await run.load.create(count, { concurrency, seconds: boundFor(count) });
    checkAnswers('create a server', accepted, count);
    await waitFor(`${count} servers becoming ACTIVE`, async () => !(await run.cloud.hasServers('BUILD')), {
      timeoutMs: boundFor(count) * 1000,
      everyMs: LOOK_MS,
      unless: () => run.signal.throwIfAborted(),
    });
    const activeSeconds = (performance.now() - started) / 1000;
    await sleep(SETTLE_MS);
    return { accepted, activeSeconds };
  });
  const active = (await run.cloud.serverIds('ACTIVE')).length - before;
  if (active !== count) run.say(`WRONG: ${count} servers were accepted, and ${active} of them are ACTIVE`);
  return { concurrency, servers: count, active, cost, ...result };
};

/** A figure that counts failures as work done would flatter: one failure ends the measurement. */
export const checkAnswers = (what: string, result: JobResult, wanted?: number): void => {
  const errors = Object.entries(result.errors).map(([kind, count]) => `${count} × ${kind}`);
  if (errors.length > 0)
    throw new CloudError('internal', `requests to ${what} failed: ${errors.join(', ')}; the first: ${result.errorSample ?? ''}`);
  if (wanted !== undefined && result.succeeded !== wanted) {
    throw new CloudError(
      'deadlineExceeded',
      `only ${result.succeeded} of ${wanted} requests to ${what} were answered in ${Math.round(result.seconds)} s`,
    );
  }
};
