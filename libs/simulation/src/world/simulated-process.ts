import { ApiOrders, type Below, Cell, type CellCapacity, CellEngine, type CellStore, PeriodicComparison, type StoredFrame } from '#cell';
import { type CellPayload, type CellReport, type Envelope, Frame } from '#contracts';
import { type Clock, CloudError, messageOf, silentLogger } from '#domain';
import { MemoryCellStore, type Moment } from '../store/memory-cell-store.js';
import type { SimulatedCell } from './simulated-cell.js';
import { SimulatedRelay } from './simulated-relay.js';
import { TIMINGS } from './timings.js';

/** The lease of whoever does the cell's periodic work. */
const PERIODIC = 'periodic';
const TICK_MS = 1000;
/** A cell that has nothing new to say reports so often, in ms. */
const FULL_REPORT_MS = 5000;

/** One process of a cell: the real engine, its consumers, its relay and its timers. */
export class SimulatedProcess implements Below {
  readonly engine: CellEngine;
  readonly orders: ApiOrders;
  private readonly store: CellStore;
  private readonly cellFacts: Cell;
  private readonly relay: SimulatedRelay;
  private readonly comparison: PeriodicComparison;
  private readonly consumers: { close(): void }[];
  private alive = true;
  private lastReport = { text: '', at: 0 };

  constructor(
    readonly cell: SimulatedCell,
    readonly name: string,
  ) {
    const { surroundings, database } = cell;
    const { broker, tampering, dice } = surroundings;
    const clock = this.ownClock();
    const isRoot = cell.parent === undefined;
    const parts = { database, clock, random: dice.random, top: isRoot, pause: (moment: Moment) => this.pause(moment) };
    this.store = tampering.makeStore?.(parts) ?? new MemoryCellStore(parts);
    const protocol = tampering.protocolOf?.(cell.path);
    this.cellFacts = new Cell({
      path: cell.path,
      clock,
      random: dice.random,
      log: silentLogger,
      timings: TIMINGS,
      lastHeard: database.leases.get(PERIODIC)?.takenAt ?? 0,
      ...(protocol ? { protocol } : {}),
    });
    this.cellFacts.attention.listens(clock.now());
    this.engine = new CellEngine({ cell: this.cellFacts, store: this.store });
    this.orders = new ApiOrders(this.cellFacts, this.engine.builds, this.store);
    this.comparison = new PeriodicComparison(this.cellFacts, this.engine.comparison, this);
    this.relay = new SimulatedRelay(cell, this.store, name, () => this.alive);
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
    await this.engine.receive([this.read(body)]).catch(() => undefined);
  }

  answer(query: Envelope): Promise<unknown> {
    return this.engine.answer(query, this);
  }

  askChild(child: string, query: Envelope): Promise<unknown> {
    return this.cell.surroundings.ask(`${this.cell.path}!${child}`, query);
  }

  /** Consoles are not simulated. */
  async askHost(host: string): Promise<unknown> {
    throw new CloudError('unavailable', `${host} did not answer in time`);
  }

  private async handle(bodies: readonly string[]): Promise<void> {
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
    for (const frame of frames) void this.relay.send(frame);
  }

  private async tick(): Promise<void> {
    await this.sleep(this.cell.surroundings.dice.between(0, TICK_MS));
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
    const capacity = await this.store.readCapacity();
    if (this.cell.parent) this.report(this.cell.parent, capacity);
    await this.engine.reconcilers.resumeWorkflows();
    await this.engine.reconcilers.recallOverdueBuilds();
    if (this.cell.plan.hosts.length) await this.engine.announcer.announce(capacity);
    void this.comparison.run(capacity.children);
    const { parent, link } = this.cell;
    if (parent && link?.up) await this.engine.teller.tell(capacity, async statuses => this.send(parent, 'cell.status', { statuses }));
  }

  private report(parent: string, capacity: CellCapacity): void {
    const report = this.engine.report(capacity);
    const text = JSON.stringify([report.pools, report.globalsVersion]);
    const now = this.cell.surroundings.timeline.now();
    if (text === this.lastReport.text && now - this.lastReport.at < FULL_REPORT_MS) return;
    this.lastReport = { text, at: now };
    if (this.cell.link?.up) this.send(parent, 'capacity.report', report);
  }

  private send<M extends CellReport>(parent: string, method: M, payload: CellPayload<M>): void {
    const envelope = this.cellFacts.envelope(this.cell.surroundings.timeline.now(), method, parent, 'periodic', payload);
    const frame: Frame = { id: this.cell.surroundings.dice.random.uuid(), envelopes: [envelope] };
    this.cell.surroundings.report(parent, JSON.stringify(frame));
  }

  private expectUnavailable(error: unknown): void {
    if (error instanceof CloudError && error.kind === 'unavailable') return;
    this.cell.surroundings.accuse(`${this.name}: ${messageOf(error)}`);
  }

  /** A transaction takes its time. When the process dies meanwhile, it never goes on. */
  private async pause(moment: Moment): Promise<void> {
    const { dice, sky, timeline, kill } = this.cell.surroundings;
    if (dice.chance(sky.weather.diesCommitting)) timeline.after(0, () => kill(this));
    const slow = dice.chance(sky.weather.slowTransaction);
    await this.sleep(slow ? dice.between(100, 3000) : dice.between(0, 5));
    if (moment === 'before commit' && dice.chance(sky.weather.databaseAway))
      throw new CloudError('unavailable', 'the database does not answer');
  }

  private sleep(milliseconds: number): Promise<void> {
    return new Promise(resolve => this.cell.surroundings.timeline.after(milliseconds, () => this.alive && resolve()));
  }

  /** Clocks of one cell's processes agree to within half a second. */
  private ownClock(): Clock {
    const { dice, timeline } = this.cell.surroundings;
    const ahead = dice.whole(0, 500);
    return { now: () => timeline.now() + ahead, sleep: milliseconds => this.sleep(milliseconds) };
  }
}
