import type { Cost } from '../measure/probe.js';
import type { BuildRound } from '../phases/build.js';
import type { Measured } from '../phases/measure-all.js';
import type { ReadRound } from '../phases/reads.js';

/** What a comparison needs; null where it was not measured. */
export interface Figures {
  readonly acceptedPerSecond: number | null;
  readonly activePerSecond: number | null;
  readonly showsPerSecond: number | null;
  readonly listsOf1000PerSecond: number | null;
  readonly cpuMsPerServer: number | null;
  readonly commitsPerServer: number | null;
  readonly messagesPerServer: number | null;
  readonly idlePssMb: number;
}

export const figuresOf = (measured: Measured): Figures => {
  const best = bestBuilds(measured.builds);
  const per = (pick: (cost: Cost) => number) => medianOf(best, round => pick(round.cost) / round.servers);
  return {
    acceptedPerSecond: medianOf(best, round => round.servers / round.accepted.seconds),
    activePerSecond: medianOf(best, activePerSecond),
    showsPerSecond: readsPerSecond(measured.show),
    listsOf1000PerSecond: readsPerSecond(measured.list),
    cpuMsPerServer: per(cost => cost.treeCpuMs),
    commitsPerServer: per(cost => cost.commits),
    messagesPerServer: per(cost => cost.messages),
    idlePssMb: totalOf(measured.idle.pssMb),
  };
};

/** The rounds of the concurrency at which the median of ACTIVE per second is highest. */
export const bestBuilds = (builds: readonly BuildRound[]): BuildRound[] => {
  const groups = [...new Set(builds.map(round => round.concurrency))].map(concurrency =>
    builds.filter(round => round.concurrency === concurrency),
  );
  const speed = (group: readonly BuildRound[]) => medianOf(group, activePerSecond) ?? 0;
  return groups.sort((a, b) => speed(b) - speed(a))[0] ?? [];
};

export const activePerSecond = (round: BuildRound): number => round.active / round.activeSeconds;

const readsPerSecond = (round: ReadRound | undefined): number | null => (round ? round.answers.succeeded / round.answers.seconds : null);

/** Null of nothing. Of an even number, the mean of the two in the middle. */
export const medianOf = <T>(items: readonly T[], value: (item: T) => number): number | null => {
  const sorted = items.map(value).sort((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
};

export const totalOf = (values: ReadonlyMap<string, number>): number => [...values.values()].reduce((sum, value) => sum + value, 0);
