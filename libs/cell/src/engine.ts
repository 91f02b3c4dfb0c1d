import {
  type CapacityReport,
  type CellMethod,
  type ComputePayload,
  cellMethods,
  computeMethods,
  type Envelope,
  type Frame,
} from '#contracts';
import { CloudError } from '#domain';
import { Builds } from './builds.js';
import { type CellCapacity, capacityReport } from './capacity.js';
import type { Cell } from './cell.js';
import { eventHandlers } from './from-child.js';
import { computeHandlers } from './from-compute.js';
import { commandHandlers } from './from-parent.js';
import { GlobalsCache } from './globals.js';
import { HostAnnouncer } from './host-announcer.js';
import { type Handlers, Inbox } from './inbox.js';
import { Scheduler } from './placement.js';
import { Reconcilers } from './reconcilers.js';
import type { CellStore } from './store.js';
import { AtTheTop, ToParent } from './upward.js';

export interface EngineParts {
  readonly cell: Cell;
  readonly store: CellStore;
}

/** Asks one neighbour below; the transport implements it. */
export interface Below {
  askChild(child: string, query: Envelope): Promise<unknown>;
  askHost(host: string, query: Envelope): Promise<unknown>;
}

export const isQuery = (method: string): boolean => (cellMethods as Record<string, { kind: string }>)[method]?.kind === 'query';
const isGuestList = (method: string): boolean => method === 'guest.list';

/**
 * A cell, but for its transport and its timers: what it does with each message, and with each tick. It knows a store, a clock and
 * chance, so the same code runs in production and in the simulation.
 */
export class CellEngine {
  readonly builds: Builds;
  readonly globals: GlobalsCache;
  readonly reconcilers: Reconcilers;
  readonly announcer: HostAnnouncer;
  private readonly inbox: Inbox;
  private readonly cell: Cell;
  private readonly store: CellStore;

  constructor({ cell, store }: EngineParts) {
    this.cell = cell;
    this.store = store;
    const upward = cell.isRoot ? new AtTheTop() : new ToParent(cell);
    this.builds = new Builds(cell, new Scheduler(cell, upward), upward);
    this.globals = new GlobalsCache(cell, store);
    this.reconcilers = new Reconcilers(cell, store, this.builds);
    this.announcer = new HostAnnouncer(cell, store, upward);
    const handlers = {
      ...(cell.isRoot ? {} : commandHandlers(cell, this.builds, upward)),
      ...eventHandlers(cell, this.builds, upward, this.globals),
      ...computeHandlers(cell, this.builds),
    };
    this.inbox = new Inbox(cell, store, handlers as Handlers);
  }

  /** Frames from the parent, a child or a host, queries aside. @throws CloudError `unavailable`: nothing was applied, try again. */
  async receive(frames: readonly Frame[]): Promise<void> {
    const lists = frames.flatMap(frame => frame.envelopes.filter(envelope => isGuestList(envelope.method)));
    const others = frames.map(frame => ({ ...frame, envelopes: frame.envelopes.filter(envelope => !isGuestList(envelope.method)) }));
    const batch = others.filter(frame => frame.envelopes.length > 0);
    if (batch.length) await this.inbox.handle(batch);
    for (const envelope of lists) await this.compareGuests(envelope);
  }

  malformed(body: string, reason: string): Promise<void> {
    return this.inbox.malformed(body, reason);
  }

  private async compareGuests(envelope: Envelope): Promise<void> {
    const parsed = computeMethods['guest.list'].payload.safeParse(envelope.payload);
    if (parsed.success) await this.reconcilers.compareGuests(parsed.data satisfies ComputePayload<'guest.list'>);
    else await this.inbox.malformed(JSON.stringify(envelope), parsed.error.message);
  }

  /**
   * Answers a question about an instance here or below, by asking on.
   * @throws CloudError `notFound`, `conflict` when it is on no host yet, `unavailable` when whoever has it does not answer.
   */
  async answer(query: Envelope, below: Below): Promise<unknown> {
    const method = query.method as CellMethod;
    if (method !== 'console.output') throw new CloudError('notImplemented', `there is no query '${query.method}'`);
    const payload = cellMethods[method].payload.parse(query.payload);
    const instance = await this.store.findInstance(payload.instanceUuid);
    if (!instance || instance.deletedAt) throw new CloudError('notFound', `Instance ${payload.instanceUuid} could not be found.`);
    const asked = { ...query, id: this.cell.random.uuid(), source: this.cell.path, hops: query.hops + 1 };
    if (instance.nextHop) return below.askChild(instance.nextHop, asked);
    if (instance.host) return below.askHost(instance.host, { ...asked, method: 'guest.console' });
    throw new CloudError('conflict', `Instance ${payload.instanceUuid} is not ready`);
  }

  /** The next report for the parent. */
  report(capacity: CellCapacity): CapacityReport {
    return capacityReport(this.cell, capacity, this.globals.current, this.cell.clock.now());
  }
}
