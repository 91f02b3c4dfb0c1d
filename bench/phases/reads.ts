import type { JobResult } from '../generator/job.js';
import type { Cost } from '../measure/probe.js';
import type { BenchRun } from './bench-run.js';
import { checkAnswers } from './build.js';

export interface ReadRound {
  readonly concurrency: number;
  readonly answers: JobResult;
  readonly cost: Cost;
}

const SHOW_CONCURRENCY = 32;
const LIST_CONCURRENCY = 4;
export const LISTED = 1000;
const WARM_SECONDS = 2;

/** `GET /servers/{id}`, of all servers in turn. */
export const showServers = (run: BenchRun, ids: readonly string[]): Promise<ReadRound> =>
  measureReads(run, 'show', SHOW_CONCURRENCY, seconds => run.load.show(ids, { concurrency: SHOW_CONCURRENCY, seconds }));

/** `GET /servers/detail?limit=1000`, all answers the same. */
export const listServers = (run: BenchRun): Promise<ReadRound> =>
  measureReads(run, 'list', LIST_CONCURRENCY, seconds => run.load.list(LISTED, { concurrency: LIST_CONCURRENCY, seconds }));

const measureReads = async (
  run: BenchRun,
  what: string,
  concurrency: number,
  read: (seconds: number) => Promise<JobResult>,
): Promise<ReadRound> => {
  await read(WARM_SECONDS);
  const { result, cost } = await run.probe.measure(async () => {
    await run.profiler?.begin();
    const answers = await read(run.options.seconds);
    await run.profiler?.end(what);
    return answers;
  });
  checkAnswers(what, result);
  return { concurrency, answers: result, cost };
};
