import type { Stack } from '../../tools/stack/stack.js';
import { messagesOf } from './brokers.js';
import { DatabaseProbe } from './databases.js';
import { cpuMsOf, familiesOf, machineBusyMs, pssMbOf } from './processes.js';

/** What a piece of work cost. */
export interface Cost {
  readonly seconds: number;
  /** By process of the tree. */
  readonly cpuMs: ReadonlyMap<string, number>;
  readonly treeCpuMs: number;
  readonly commits: number;
  readonly statements: number;
  readonly messages: number;
  /** Of everything on the machine, the generator and strangers included. */
  readonly machineMs: number;
}

interface Counts {
  readonly at: number;
  readonly cpuMs: ReadonlyMap<string, number>;
  readonly commits: number;
  readonly statements: number;
  readonly messages: number;
  readonly machineMs: number;
}

/** Looks at all processes, databases and brokers of a tree. */
export class Probe {
  private constructor(
    private readonly stack: Stack,
    private readonly databases: DatabaseProbe,
  ) {}

  static async open(stack: Stack): Promise<Probe> {
    return new Probe(stack, await DatabaseProbe.open(stack));
  }

  /** Proportional set size by process, in MB. */
  memory(): Map<string, number> {
    return pssMbOf(familiesOf(this.stack.processes()));
  }

  /** Does the work and tells what it cost. */
  async measure<T>(work: () => Promise<T>): Promise<{ result: T; cost: Cost }> {
    const before = await this.counts();
    const result = await work();
    return { result, cost: differenceOf(before, await this.counts()) };
  }

  close(): Promise<void> {
    return this.databases.close();
  }

  private async counts(): Promise<Counts> {
    const messages = await messagesOf(this.stack);
    const database = await this.databases.counts();
    return { at: performance.now(), cpuMs: cpuMsOf(familiesOf(this.stack.processes())), machineMs: machineBusyMs(), messages, ...database };
  }
}

const differenceOf = (before: Counts, after: Counts): Cost => {
  // A helper that Erlang has ended meanwhile takes its time with it.
  const cpuMs = new Map([...after.cpuMs].map(([name, ms]) => [name, Math.max(0, ms - (before.cpuMs.get(name) ?? 0))]));
  return {
    seconds: (after.at - before.at) / 1000,
    cpuMs,
    treeCpuMs: [...cpuMs.values()].reduce((sum, ms) => sum + ms, 0),
    commits: after.commits - before.commits,
    statements: after.statements - before.statements,
    messages: after.messages - before.messages,
    machineMs: after.machineMs - before.machineMs,
  };
};
