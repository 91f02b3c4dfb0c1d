import { type CapacityReport, type ComputePayload, computeMethods, type Envelope, type Frame } from '#contracts';
import { CloudError } from '#domain';
import { adminHandlers, CellAdmin, type CellFacts } from './admin/index.js';
import { Builds } from './builds.js';
import { type CellCapacity, capacityReport } from './capacity.js';
import type { Cell } from './cell.js';
import { ChildComparison } from './comparison/compare-children.js';
import { eventHandlers } from './from-child.js';
import { computeHandlers } from './from-compute.js';
import { commandHandlers } from './from-parent.js';
import { GlobalsCache, newestGlobals } from './globals.js';
import { guestQuestions } from './guest-questions.js';
import { HostAnnouncer } from './host-announcer.js';
import { HostOrders } from './hosts/host-orders.js';
import { hypervisorUptime } from './hosts/uptime-query.js';
import { type Handlers, Inbox } from './inbox.js';
import { type BrokerDoor, NO_BROKER_DOOR } from './joining/broker-door.js';
import { Joins } from './joining/joins.js';
import { Scheduler } from './placement.js';
import { type Below, Queries } from './queries.js';
import { Reconcilers } from './reconcilers.js';
import { Rehearsal } from './rehearsal.js';
import { StatusTeller } from './status/status-teller.js';
import type { CellStore } from './store.js';
import { AtTheTop, ToParent } from './upward.js';

export interface EngineParts {
  readonly cell: Cell;
  readonly store: CellStore;
  /** Left out where nobody asks how the cell is reached. */
  readonly facts?: CellFacts;
  /** Left out where no cell comes or goes below this one. */
  readonly broker?: BrokerDoor;
}

const UNREACHED: CellFacts = { brokers: { own: { username: '', host: '', port: 0 } } };
const isGlobalsUpdate = (envelope: Envelope): boolean => envelope.method === 'globals.update';
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
  readonly hostOrders: HostOrders;
  readonly admin: CellAdmin;
  readonly comparison: ChildComparison;
  readonly teller: StatusTeller;
  private readonly inbox: Inbox;
  private readonly queries: Queries;
  private readonly cell: Cell;

  constructor({ cell, store, facts = UNREACHED, broker = NO_BROKER_DOOR }: EngineParts) {
    this.cell = cell;
    const upward = cell.isRoot ? new AtTheTop() : new ToParent(cell);
    this.globals = new GlobalsCache(cell, store);
    const scheduler = new Scheduler(cell, upward, this.globals);
    this.builds = new Builds(cell, scheduler, upward);
    this.reconcilers = new Reconcilers(cell, store, this.builds);
    this.announcer = new HostAnnouncer(cell, store, upward);
    this.hostOrders = new HostOrders(cell, store);
    this.comparison = new ChildComparison(cell, store, scheduler);
    const handlers = {
      ...(cell.isRoot ? {} : commandHandlers(cell, this.builds, upward)),
      ...eventHandlers(cell, this.builds, upward, this.globals),
      ...computeHandlers(cell, this.builds),
    };
    this.inbox = new Inbox(cell, store, handlers as Handlers);
    const { comparison, inbox, globals } = this;
    const joins = new Joins({ cell, store, broker, builds: this.builds, globals });
    const rehearsal = new Rehearsal(cell, store, new Scheduler(cell, upward, globals, true));
    const teller = new StatusTeller(cell, store, globals);
    this.teller = teller;
    const parts = { cell, store, facts, comparison, inbox, joins, rehearsal, globals, teller };
    this.admin = new CellAdmin(cell, store, adminHandlers(parts));
    this.queries = new Queries({
      ...guestQuestions(cell, store),
      'hypervisor.uptime': hypervisorUptime(cell, store),
      'instances.digest': ranges => this.comparison.answer(ranges),
      'cell.admin': (payload, query, below) => this.admin.answer(payload, query, below),
    });
  }

  /** Frames from the parent, a child or a host, queries aside. @throws CloudError `unavailable`: nothing was applied, try again. */
  async receive(frames: readonly Frame[]): Promise<void> {
    const lists = frames.flatMap(frame => frame.envelopes.filter(envelope => isGuestList(envelope.method)));
    const others = frames.map(frame => ({ ...frame, envelopes: frame.envelopes.filter(envelope => !isGuestList(envelope.method)) }));
    const batch = others.filter(frame => frame.envelopes.length > 0);
    await this.globals.catchUp(newestGlobals(batch));
    if (batch.length) await this.noteDown(batch);
    if (batch.some(frame => frame.envelopes.some(isGlobalsUpdate))) await this.globals.load();
    for (const envelope of lists) await this.compareGuests(envelope);
  }

  private async noteDown(batch: readonly Frame[]): Promise<void> {
    const { attention, clock } = this.cell;
    const since = clock.now();
    try {
      await this.inbox.handle(batch);
      attention.noted(clock.now());
    } catch (error) {
      if (error instanceof CloudError && error.kind === 'unavailable') attention.notNoted(since, clock.now());
      throw error;
    }
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
   * Answers a question, by asking on where somebody below knows.
   * @throws CloudError of the question's own kinds; `unavailable` when whoever is asked does not answer.
   */
  answer(query: Envelope, below: Below): Promise<unknown> {
    return this.queries.answer(query, below);
  }

  /** The next report for the parent. */
  report(capacity: CellCapacity): CapacityReport {
    return capacityReport(this.cell, capacity, this.globals.current, this.cell.clock.now());
  }
}
