import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '#domain';
import { cellOfService } from '../../tools/stack/machines.js';
import { isRunning, type ProcessIdentity, signal } from '../../tools/stack/process/identity.js';
import type { Stack } from '../../tools/stack/stack.js';
import { switchOffGuests } from '../e2e/kill/guests.js';
import { childrenOf } from '../e2e/kill/killer.js';
import { emptyDisk, fillDisk } from './disks.js';
import { type Links, linksOf } from './links/links.js';
import { type PlannedFault, tellFault } from './schedule.js';
import type { Watch } from './watch.js';

/** RabbitMQ's disk_free_limit, as the launcher sets it: with less, it takes no messages. */
const BROKER_WANTS_MB = 100;

/** Carries the schedule out, and tells what it does. */
export class Disasters {
  /** The hosts whose guests were switched off. */
  readonly hostsLost = new Set<string>();

  constructor(
    private readonly stack: Stack,
    private readonly links: Links,
    private readonly watch: Watch,
    private readonly say: (line: string) => void,
  ) {}

  /** Ends when the last one is over. What fails to be broken fails the run: the test would prove less than it says. */
  async play(faults: readonly PlannedFault[], interrupted: AbortSignal): Promise<void> {
    const begun = performance.now();
    await Promise.all(
      faults.map(async fault => {
        await sleep(begun + fault.atSeconds * 1000 - performance.now(), undefined, { signal: interrupted });
        this.say(tellFault(fault));
        const mend = await this.strike(fault).catch((error: unknown) => {
          throw new Error(`could not ${fault.kind} ${fault.target}: ${messageOf(error)}`, { cause: error });
        });
        await sleep(fault.lastsSeconds * 1000, undefined, { signal: interrupted }).catch(() => undefined);
        await mend();
      }),
    );
  }

  /** @returns what mends it */
  private async strike({ kind, target }: PlannedFault): Promise<() => Promise<void>> {
    switch (kind) {
      case 'kill database':
      case 'kill broker':
      case 'kill cell':
      case 'kill hosts':
        return this.kill(target);
      case 'lose machine':
        return this.loseMachine(target);
      case 'kill worker':
        return this.killWorker();
      case 'freeze database':
      case 'freeze broker':
      case 'freeze cell':
      case 'freeze hosts':
        return freeze([this.identityOf(target)]);
      case 'freeze worker':
        return freeze(this.workers().slice(0, 1));
      case 'cut link':
        return this.cut(target);
      case 'cut database':
      case 'cut broker':
        return this.cutServer(target);
      case 'fill database disk':
        return this.fill(target, { leaveMb: 0 });
      case 'fill broker disk':
        return this.fill(target, { leaveMb: BROKER_WANTS_MB / 2 });
      case 'exhaust broker disk':
        return this.exhaust(target);
    }
  }

  private async fill(server: string, options: { leaveMb: number }): Promise<() => Promise<void>> {
    fillDisk(this.stack.layout, server, options);
    return async () => emptyDisk(this.stack.layout, server);
  }

  /** RabbitMQ loses the log of its quorum queues when not a byte can be written: its operator makes room and starts it anew. */
  private async exhaust(broker: string): Promise<() => Promise<void>> {
    const empty = await this.fill(broker, { leaveMb: 0 });
    return async () => {
      await empty();
      await (await this.kill(broker))();
    };
  }

  private async kill(name: string): Promise<() => Promise<void>> {
    this.watch.keepDown(name);
    signal(this.identityOf(name), 'SIGKILL');
    return async () => this.watch.bringBack(name);
  }

  /** The power fails: when the machine is back, its guests are off. */
  private async loseMachine(hosts: string): Promise<() => Promise<void>> {
    const identity = this.identityOf(hosts);
    const bringBack = await this.kill(hosts);
    while (isRunning(identity)) await sleep(10);
    for (const host of switchOffGuests(this.stack.layout.host(hosts))) this.hostsLost.add(host);
    return bringBack;
  }

  /** The process above replaces it by itself. */
  private async killWorker(): Promise<() => Promise<void>> {
    for (const worker of this.workers().slice(0, 1)) signal(worker, 'SIGKILL');
    return async () => undefined;
  }

  private async cut(name: string): Promise<() => Promise<void>> {
    const link = linksOf(this.stack.topology).find(one => one.name === name);
    if (!link) throw new Error(`there is no link ${name}`);
    await this.links.cut(link);
    return () => this.links.heal(link);
  }

  private async cutServer(name: string): Promise<() => Promise<void>> {
    const { databaseServers, brokerServers } = this.stack.plan;
    const server = [...databaseServers, ...brokerServers].find(one => one.name === name);
    if (!server || !this.links.cutServer) throw new Error(`nothing can be cut from ${name}`);
    return this.links.cutServer({ cell: cellOfService(name), port: server.port });
  }

  private workers(): ProcessIdentity[] {
    const api = this.stack.processes().find(row => row.name === `${this.stack.topology.name}.cell`);
    return api ? childrenOf(api.identity.pid) : [];
  }

  private identityOf(name: string): ProcessIdentity {
    const row = this.stack.processes().find(one => one.name === name);
    if (!row) throw new Error(`the stack has no process ${name}`);
    return row.identity;
  }
}

/** A frozen process that ended meanwhile (its disk was full, its parent was killed) needs no thaw. */
const freeze = async (identities: readonly ProcessIdentity[]): Promise<() => Promise<void>> => {
  for (const identity of identities) signal(identity, 'SIGSTOP');
  return async () => {
    for (const identity of identities) signal(identity, 'SIGCONT');
  };
};
