import { setTimeout as sleep } from 'node:timers/promises';
import type { Phase } from '../options.js';
import type { BenchRun } from './bench-run.js';
import { type BuildRound, buildServers } from './build.js';
import { type DeleteRound, deleteServers } from './delete.js';
import { LISTED, listServers, type ReadRound, showServers } from './reads.js';

export interface Measured {
  readonly idle: { readonly pssMb: ReadonlyMap<string, number>; readonly cores: number };
  readonly builds: readonly BuildRound[];
  readonly deletes: readonly DeleteRound[];
  readonly show: ReadRound | undefined;
  readonly list: ReadRound | undefined;
  /** With the most servers that there were. */
  readonly loadedPssMb: ReadonlyMap<string, number>;
  /** Servers that there were then. */
  readonly loadedServers: number;
}

const IDLE_SECONDS = 6;
/** So many builds make Node compile what they use often, fill caches and grow the pools. */
const WARM_SERVERS = 1500;
const WARM_CONCURRENCY = 32;

/** The phases in their order: idle, warm-up, builds with their deletions, shows, and lists with 1000 servers. */
export const measureAll = async (run: BenchRun): Promise<Measured> => {
  const wants = (phase: Phase) => run.options.only.includes(phase);
  const idle = await measureIdle(run);
  run.say(`warming up with ${WARM_SERVERS} servers …`);
  await buildServers(run, WARM_SERVERS, WARM_CONCURRENCY);
  await clear(run);

  const { builds, deletes } = wants('build') ? await buildRounds(run) : { builds: [], deletes: [] };
  if (!wants('build') && (wants('show') || wants('list'))) await buildServers(run, Math.max(LISTED, run.options.servers), WARM_CONCURRENCY);
  const ids = await run.cloud.serverIds();
  const show = wants('show') ? await showAndTell(run, ids) : undefined;
  const loadedPssMb = run.probe.memory();
  const list = wants('list') ? await listOf1000(run, ids) : undefined;
  return { idle, builds, deletes, show, list, loadedPssMb, loadedServers: ids.length };
};

const measureIdle = async (run: BenchRun): Promise<Measured['idle']> => {
  run.say('idle …');
  await sleep(IDLE_SECONDS * 500);
  const { cost } = await run.probe.measure(() => sleep(IDLE_SECONDS * 1000));
  return { pssMb: run.probe.memory(), cores: cost.treeCpuMs / 1000 / cost.seconds };
};

/** Every concurrency in turn, and that again, so that a busy minute of the machine does not fall on one of them. */
const buildRounds = async (run: BenchRun): Promise<{ builds: BuildRound[]; deletes: DeleteRound[] }> => {
  const { servers, concurrency, rounds } = run.options;
  const builds: BuildRound[] = [];
  const deletes: DeleteRound[] = [];
  for (const inFlight of Array.from({ length: rounds }, () => concurrency).flat()) {
    if (builds.length > 0) deletes.push(await deleteServers(run, await run.cloud.serverIds(), 0));
    await run.profiler?.begin();
    const round = await buildServers(run, servers, inFlight);
    await run.profiler?.end(`build-${builds.length + 1}`);
    builds.push(round);
    run.say(
      `build, ${inFlight} in flight: ${perSecond(servers, round.accepted.seconds)} accepted/s, ${perSecond(servers, round.activeSeconds)} ACTIVE/s, ` +
        `${(round.cost.treeCpuMs / servers).toFixed(2)} CPU-ms per server`,
    );
  }
  return { builds, deletes };
};

const showAndTell = async (run: BenchRun, ids: readonly string[]): Promise<ReadRound> => {
  const round = await showServers(run, ids);
  run.say(`shows: ${perSecond(round.answers.succeeded, round.answers.seconds)} per second`);
  return round;
};

const listOf1000 = async (run: BenchRun, ids: readonly string[]): Promise<ReadRound> => {
  if (ids.length > LISTED) await deleteServers(run, ids.slice(LISTED), LISTED);
  if (ids.length < LISTED) await buildServers(run, LISTED - ids.length, WARM_CONCURRENCY);
  const round = await listServers(run);
  run.say(`lists of ${LISTED}: ${perSecond(round.answers.succeeded, round.answers.seconds)} per second`);
  return round;
};

const clear = async (run: BenchRun): Promise<DeleteRound> => deleteServers(run, await run.cloud.serverIds(), 0);

const perSecond = (count: number, seconds: number): string => (count / seconds).toFixed(1);
