import { readdirSync, readFileSync } from 'node:fs';
import { readStat } from '../../tools/stack/process/identity.js';
import type { ProcessRow } from '../../tools/stack/process/process-table.js';

/** Linux's USER_HZ is 100 on every architecture that Node runs on. */
const MS_PER_TICK = 10;

/** Each process of the tree with all that descend from it: the workers of the root, the helpers of Erlang. */
export const familiesOf = (rows: readonly ProcessRow[]): Map<string, number[]> => {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync('/proc')) {
    const parent = /^\d+$/.test(entry) ? readStat(Number(entry))?.parent : undefined;
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
  }
  const below = (pid: number): number[] => [pid, ...(children.get(pid) ?? []).flatMap(below)];
  return new Map(rows.map(row => [row.name, below(row.identity.pid)]));
};

/** Processor time so far by process, user and system, in milliseconds. */
export const cpuMsOf = (families: ReadonlyMap<string, readonly number[]>): Map<string, number> =>
  eachFamily(families, pid => (readStat(pid)?.cpuTicks ?? 0) * MS_PER_TICK);

/** Proportional set size by process, in MB: memory that is shared counts for each sharer by its share, so that a sum is true. */
export const pssMbOf = (families: ReadonlyMap<string, readonly number[]>): Map<string, number> =>
  eachFamily(families, pid => pssKbOf(pid) / 1024);

const eachFamily = (families: ReadonlyMap<string, readonly number[]>, measure: (pid: number) => number): Map<string, number> =>
  new Map([...families].map(([name, pids]) => [name, pids.reduce((sum, pid) => sum + measure(pid), 0)]));

const pssKbOf = (pid: number): number => {
  try {
    return Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
};

/** Of all cores and all processes of the machine, so far, without waiting for disks. */
export const machineBusyMs = (): number => {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] =
    readFileSync('/proc/stat', 'utf8').split('\n', 1)[0]?.trim().split(/\s+/).slice(1).map(Number) ?? [];
  return (user + nice + system + irq + softirq + steal) * MS_PER_TICK;
};
