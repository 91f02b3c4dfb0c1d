import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '#testing';
import { identify, type ProcessIdentity, signal } from '../../../tools/stack/process/identity.js';
import type { ProcessKind } from '../../../tools/stack/process/process-table.js';
import type { Stack } from '../../../tools/stack/stack.js';

/** All that takes part in a build: epmd is asked by the brokers' command line tools only. */
const VICTIMS: ReadonlySet<ProcessKind> = new Set(['mariadb', 'rabbitmq', 'cell', 'compute']);

/**
 * Kills processes of a stack at random moments, and starts each again a moment later: every one at least `rounds` times. The
 * supervisor of an operator's system would do the starting.
 */
export class Killer {
  readonly killed: string[] = [];
  private total = 0;

  constructor(
    private readonly stack: Stack,
    private readonly seed: number,
  ) {}

  /** Of the kills that are to be, how many were: from 0 to 1. */
  get share(): number {
    return this.total === 0 ? 0 : this.killed.length / this.total;
  }

  async run(rounds: number): Promise<void> {
    const random = seededRandom(this.seed);
    const pick = (below: number): number => Math.floor(random.fraction() * below);
    const names = this.stack
      .processes()
      .filter(row => VICTIMS.has(row.kind))
      .map(row => row.name);
    const victims = Array.from({ length: rounds }, () => [...names, 'worker']).flat();
    this.total = victims.length;
    while (victims.length) {
      await sleep(100 + pick(900));
      const [name] = victims.splice(pick(victims.length), 1);
      if (name === 'worker') this.killWorker(pick);
      else await this.killAndRestart(name!, pick(400));
      this.killed.push(name!);
    }
  }

  private async killAndRestart(name: string, pauseMs: number): Promise<void> {
    await this.stack.kill(name);
    await sleep(pauseMs);
    await this.stack.restart(name);
  }

  /** One of the API's workers: its supervisor replaces it. */
  private killWorker(pick: (below: number) => number): void {
    const api = this.stack.processes().find(row => row.name === 'api.cell');
    const workers = api ? childrenOf(api.identity.pid) : [];
    const victim = workers[pick(workers.length)];
    if (victim !== undefined) signal(victim, 'SIGKILL');
  }
}

/** The processes that the given one has started and that run, in the order of their pids. */
export const childrenOf = (parent: number): ProcessIdentity[] =>
  readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .filter(pid => parentOf(pid) === parent)
    .sort((a, b) => a - b)
    .flatMap(pid => identify(pid) ?? []);

const parentOf = (pid: number): number | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
};
