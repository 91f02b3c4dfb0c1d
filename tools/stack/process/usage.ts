import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { readStat } from './identity.js';

export interface Usage {
  /** Proportional set size: memory that is shared counts for each sharer by its share, so that a sum is true. */
  readonly pssKb: number;
  /** Share of one core, 1 for all of it. */
  readonly cpu: number;
  /** The process and everything below it. */
  readonly processes: number;
}

const TICKS_PER_SECOND = 100; // Linux's USER_HZ, the same on every architecture that Node runs on.

/**
 * What processes take, each with those that it has started (workers of a cluster, helpers of Erlang).
 * @param sampleMs for how long processor time is watched
 */
export const usageOf = async (pids: readonly number[], options: { readonly sampleMs: number }): Promise<Map<number, Usage>> => {
  const families = familiesOf(pids);
  const before = new Map(pids.map(pid => [pid, ticksOf(families.get(pid) ?? [])]));
  const started = performance.now();
  await sleep(options.sampleMs);
  const seconds = (performance.now() - started) / 1000;
  return new Map(
    pids.map(pid => {
      const family = families.get(pid) ?? [];
      const ticks = ticksOf(family) - (before.get(pid) ?? 0);
      return [pid, { pssKb: sum(family.map(pssOf)), cpu: Math.max(0, ticks) / TICKS_PER_SECOND / seconds, processes: family.length }];
    }),
  );
};

/** Each process with all that descend from it, except those that are asked for by themselves: a launcher is the parent of all it has launched. */
const familiesOf = (pids: readonly number[]): Map<number, number[]> => {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc').filter(entry => /^\d+$/.test(entry))) {
    const parent = readStat(Number(name))?.parent;
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const below = (pid: number): number[] => [pid, ...(children.get(pid) ?? []).filter(child => !pids.includes(child)).flatMap(below)];
  return new Map(pids.map(pid => [pid, below(pid)]));
};

const ticksOf = (pids: readonly number[]): number => sum(pids.map(pid => readStat(pid)?.cpuTicks ?? 0));

const pssOf = (pid: number): number => {
  try {
    return Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
};

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
