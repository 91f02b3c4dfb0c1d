import {
  type AdminOrder,
  ApiOrders,
  Cell,
  type CellCapacity,
  CellEngine,
  type CellStore,
  PeriodicComparison,
  type StoredFrame,
  type UnitOfWork,
} from '#cell';
import { type AdminOperationName, type AdminResult, type CellPayload, type CellReport, type Envelope, Frame } from '#contracts';
import { type Clock, CloudError, hasPassed, messageOf, silentLogger } from '#domain';
import { MemoryCellStore, type Moment } from '../store/memory-cell-store.js';
import { processClock } from './clocks.js';
import type { Dice } from './dice.js';
import { noProcessFails } from './invariants/no-process-fails.js';
import type { SimulatedCell } from './simulated-cell.js';
import { SimulatedQueries } from './simulated-queries.js';
import { SimulatedRelay } from './simulated-relay.js';
import { moveSettings, TIMINGS } from './timings.js';

/** The lease of whoever does the cell's periodic work. */
const PERIODIC = 'periodic';
const TICK_MS = 1000;
/** A cell that has nothing new to say reports so often, in ms. */
const FULL_REPORT_MS = 5000;
/** A process that heard nothing looks this often at what it could report. */
const QUIET_MS = 4000;
const PRUNE_EVERY_MS = 5000;
/**
 * Longer than a build may take, clocks may differ and hosts list their guests a few times, as it is by far in production; and short enough
 * that worlds see tombstones go.
 */
const TOMBSTONES_KEPT_MS = (TIMINGS.build + 75) * 1000;

/** One process of a cell: the real engine, its consumers, its relay and its timers. */
export class SimulatedProcess {
  readonly engine: CellEngine;
  readonly orders: ApiOrders;
  private readonly store: CellStore;
  private readonly cellFacts: Cell;
  private readonly relay: SimulatedRelay;
  private readonly comparison: PeriodicComparison;
  private readonly consumers: { close(): void }[];
  private alive = true;
  private readonly queries: SimulatedQueries;
  private readonly dice: Dice;
  private readonly clock: Clock;
  private lastReport = { text: '', at: 0 };
  private prunedAt = 0;
  private capacityAt = 0;
  private busy = true;

  constructor(
    readonly cell: SimulatedCell,
    readonly name: string,
  ) {
    const { surroundings, database } = cell;
    const { broker, tampering } = surroundings;
    this.dice = surroundings.dice(`process ${name}`);
    const { random } = this.dice;
    const clock = processClock(surroundings.clockOf(cell.path)!, this.dice, milliseconds => this.sleep(milliseconds));
    this.clock = clock;
    const isRoot = cell.parent === undefined;
    const parts = {
      database,
      clock,
      random,
      top: isRoot,
      tombstonesKeptMs: TOMBSTONES_KEPT_MS,
      pause: (moment: Moment) => this.pause(moment),
      onCommit: (work: UnitOfWork) => surroundings.committed(cell, work),
    };
    this.store = tampering.makeStore?.(parts) ?? new MemoryCellStore(parts);
    const protocol = tampering.protocolOf?.(cell.path);
    this.cellFacts = new Cell({
      path: cell.path,
      clock,
      random,
      log: silentLogger,
      timings: TIMINGS,
      moves: moveSettings(surroundings.seed),
      lastHeard: database.leases.get(PERIODIC)?.takenAt ?? 0,
      ...(protocol ? { protocol } : {}),
    });
    if (tampering.scheduling) Object.assign(this.cellFacts, { scheduling: tampering.scheduling(this.cellFacts.scheduling) });
    this.cellFacts.attention.listens(clock.now());
    this.engine = new CellEngine({ cell: this.cellFacts, store: this.store });
    this.orders = new ApiOrders(this.cellFacts, this.engine.builds, this.store);
    this.relay = new SimulatedRelay(cell, this.store, name, () => this.alive);
    this.queries = new SimulatedQueries(this);
    this.comparison = new PeriodicComparison(this.cellFacts, this.engine.comparison, this.queries);
    this.store.onFrames(frames => this.offer(frames));
    const handle = (bodies: readonly string[]) => this.handle(bodies);
    this.consumers = [broker.consume(`to ${cell.path}`, { batch: 8, parallel: 1, handle })];
    if (cell.link) this.consumers.push(broker.consume(`down to ${cell.path}`, { link: cell.link, batch: 8, parallel: 1, handle }));
    void this.tick();
  }

  /** Nothing that it has begun goes on; what it took from a queue is delivered again. */
  die(): void {
    this.alive = false;
    for (const consumer of this.consumers) consumer.close();
  }

  /** A report that has arrived. One that cannot be handled is lost: the next one comes soon. */
  async receiveReport(body: string): Promise<void> {
    this.busy = true;
    await this.engine.receive([this.read(body)]).catch(() => undefined);
  }

  get isAlive(): boolean {
    return this.alive;
  }

  /** What it takes for the time. */
  now(): number {
    return this.clock.now();
  }

  /** Asks on behalf of a user. @throws CloudError when there is no answer by the deadline, or it is an error. */
  query(method: string, payload: unknown, seconds: number): Promise<unknown> {
    const deadline = this.now() + seconds * 1000;
    return this.answer(this.cellFacts.envelope(this.now(), method, this.cell.path, 'req-query', payload, deadline));
  }

  /** An order of an operator, given at this cell. @throws CloudError as CellAdmin says */
  administer<O extends AdminOperationName>(order: AdminOrder<O>): Promise<AdminResult<O>> {
    return this.engine.admin.ask(order, this.queries);
  }

  /** A question from above. */
  answer(query: Envelope): Promise<unknown> {
    return this.engine.answer(query, this.queries);
  }

  private async handle(bodies: readonly string[]): Promise<void> {
    this.busy = true;
    for (;;) {
      try {
        return await this.engine.receive(bodies.map(body => this.read(body)));
      } catch (error) {
        this.expectUnavailable(error);
        await this.sleep(200);
      }
    }
  }

  private read(body: string): Frame {
    const frame = Frame.parse(JSON.parse(body));
    return this.cell.surroundings.tampering.frame?.(frame) ?? frame;
  }

  private offer(frames: readonly StoredFrame[]): void {
    this.busy = true;
    for (const frame of frames) void this.relay.send(frame);
  }

  private async tick(): Promise<void> {
    await this.engine.globals.load();
    await this.sleep(this.dice.between(0, TICK_MS));
    for (;;) {
      try {
        await this.engine.globals.load();
        await this.relay.poll();
        if (await this.store.holdLease(PERIODIC, this.name, 5)) await this.doPeriodicWork();
      } catch (error) {
        this.expectUnavailable(error);
      }
      await this.sleep(TICK_MS);
    }
  }

  private async doPeriodicWork(): Promise<void> {
    await this.engine.reconcilers.resumeWorkflows();
    if (!this.busy && !hasPassed(QUIET_MS, this.capacityAt, this.now())) return;
    this.busy = false;
    this.capacityAt = this.now();
    await this.engine.reconcilers.recallOverdueBuilds();
    await this.engine.hostOrders.retell();
    await this.engine.reconcilers.confirmOverdueMoves();
    const capacity = await this.store.readCapacity();
    if (this.cell.plan.hosts.length) await this.engine.announcer.announce(capacity);
    if (this.cell.parent) this.report(this.cell.parent, capacity);
    void this.comparison.run(capacity.children);
    const { parent, link } = this.cell;
    if (parent && link?.up) await this.engine.teller.tell(capacity, async statuses => this.send(parent, 'cell.status', { statuses }));
    if (!hasPassed(PRUNE_EVERY_MS, this.prunedAt, this.now())) return;
    this.prunedAt = this.now();
    await this.store.prune();
  }

  private report(parent: string, capacity: CellCapacity): void {
    const report = this.engine.report(capacity);
    const text = JSON.stringify([report.pools, report.globalsVersion]);
    const now = this.now();
    if (text === this.lastReport.text && !hasPassed(FULL_REPORT_MS, this.lastReport.at, now)) return;
    this.lastReport = { text, at: now };
    if (this.cell.link?.up) this.send(parent, 'capacity.report', report);
  }

  private send<M extends CellReport>(parent: string, method: M, payload: CellPayload<M>): void {
    const envelope = this.cellFacts.envelope(this.now(), method, parent, 'periodic', payload);
    const frame: Frame = { id: this.dice.random.uuid(), envelopes: [envelope] };
    this.cell.surroundings.report(parent, JSON.stringify(frame));
  }

  private expectUnavailable(error: unknown): void {
    if (error instanceof CloudError && error.kind === 'unavailable') return;
    this.cell.surroundings.accuse(noProcessFails, `${this.name}: ${messageOf(error)}`);
  }

  /** A transaction takes its time. When the process dies meanwhile, it never goes on. */
  private async pause(moment: Moment): Promise<void> {
    const { dice } = this;
    const { sky, timeline, kill } = this.cell.surroundings;
    if (dice.chance(sky.weather.diesCommitting)) timeline.after(0, () => kill(this));
    const slow = dice.chance(sky.weather.slowTransaction);
    await this.sleep(slow ? dice.between(100, 3000) : dice.between(0, 5));
    if (moment === 'before commit' && dice.chance(sky.weather.databaseAway))
      throw new CloudError('unavailable', 'the database does not answer');
  }

  private sleep(milliseconds: number): Promise<void> {
    return new Promise(resolve => this.cell.surroundings.timeline.after(milliseconds, () => this.alive && resolve()));
  }
}
