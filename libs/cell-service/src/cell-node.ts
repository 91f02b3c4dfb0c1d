import {
  type AdminDoor,
  type Below,
  type BrokerDoor,
  type BrokerQueues,
  Cell,
  type CellCapacity,
  CellEngine,
  type CellFacts,
  type CellStore,
  type ChildRow,
  isMute,
  isQuery,
  newChild,
  PeriodicComparison,
} from '#cell';
import type { CellPayload, CellReport, Envelope, Frame, QueueDepth } from '#contracts';
import { type BuildMeter, type CellPath, type Clock, hasPassed, type Logger, messageOf, type Random } from '#domain';
import {
  answerQuery,
  BatchConsumer,
  type BrokerLink,
  type Channel,
  type ConsumerOptions,
  declareCell,
  downQueue,
  EXCHANGES,
  hostKey,
  hostQueue,
  OutboxRelay,
  QUEUES,
  QueryClient,
  QueueMender,
  reportKey,
  toQueue,
} from '#messaging';

export interface CellNodeParts {
  readonly path: CellPath;
  readonly store: CellStore;
  readonly own: BrokerLink;
  /** Undefined at the root. */
  readonly parent?: BrokerLink;
  /** Child cells that the configuration names: they are there from the first start on. Others join while it runs. */
  readonly children: readonly string[];
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly meter?: BuildMeter | undefined;
  readonly facts: CellFacts;
  /** Left out where no cell comes or goes below. */
  readonly broker?: BrokerDoor;
  /** When any process of this cell was last known to listen, in ms since 1970. */
  readonly lastHeard: number;
  /** Seconds, over the defaults. */
  readonly timings?: ConstructorParameters<typeof Cell>[0]['timings'];
  readonly shelvedOffloadSeconds?: number | undefined;
  readonly moves?: ConstructorParameters<typeof Cell>[0]['moves'];
  readonly scheduler?: ConstructorParameters<typeof Cell>[0]['scheduler'];
}

/** Full reports go up this often, whatever changed. */
const FULL_REPORT_MS = 5_000;
/** A process that neither heard nor sent anything looks this often for what others left; one that did looks with the next tick. */
const QUIET_MS = 4_000;
const LEASE_SECONDS = 8;
export const TICK_MS = 1000;
/** Flavors changed by another process are known after this. */
const READ_GLOBALS_MS = 3000;
/** Those of many children come one by one, a second apart each: taken ten times a second they cost a fraction. */
const REPORTS = { batch: 256, restMs: 100 };
export const PERIODIC = 'periodic';

/** One process of a cell: its engine, connected to its brokers. Several of them share the work of a cell. */
export class CellNode implements Below {
  readonly cell: Cell;
  readonly engine: CellEngine;
  /** Where this process's listeners give an operator's orders. */
  readonly admin: AdminDoor;
  private readonly relay: OutboxRelay;
  private readonly queries: QueryClient;
  private readonly comparison: PeriodicComparison;
  private readonly mender: QueueMender;
  private readonly consumers: BatchConsumer[] = [];
  private readonly id: string;
  private lastReport = { body: '', at: 0 };
  private busy = true;
  private pollAt = 0;
  private capacityAt = 0;
  private globalsReadAt = 0;
  private leaseTakenAt = 0;
  private children: readonly ChildRow[] = [];
  private knownChildren: readonly string[] = [];

  constructor(private readonly parts: CellNodeParts) {
    const { path, store, own, parent, clock, random, log } = parts;
    this.cell = new Cell({
      path,
      clock,
      random,
      log,
      meter: parts.meter,
      lastHeard: parts.lastHeard,
      ...(parts.timings ? { timings: parts.timings } : {}),
      shelvedOffloadSeconds: parts.shelvedOffloadSeconds ?? 0,
      ...(parts.moves ? { moves: parts.moves } : {}),
      ...(parts.scheduler ? { scheduler: parts.scheduler } : {}),
    });
    const facts = { ...parts.facts, queueDepths: (queues: BrokerQueues) => this.queueDepths(queues) };
    this.engine = new CellEngine({ cell: this.cell, store, facts, ...(parts.broker ? { broker: parts.broker } : {}) });
    this.admin = { path, ask: order => this.engine.admin.ask(order, this) };
    this.relay = new OutboxRelay(store, { own, ...(parent ? { parent } : {}) }, this.cell.name, clock, log);
    this.queries = new QueryClient(own, clock, random);
    this.comparison = new PeriodicComparison(this.cell, this.engine.comparison, this);
    const mending = { declare: (channel: Channel) => this.declare(channel), mended: () => this.comparison.soon() };
    this.mender = new QueueMender(own, mending, clock, log);
    this.id = random.uuid();
    store.onFrames(frames => {
      this.busy = true;
      this.relay.offer(frames);
    });
  }

  /** Begins to consume. Returns when the database was read; the brokers may still be away, and are used as they come. */
  async start(): Promise<void> {
    const { own, parent, store, children } = this.parts;
    await store.noticeChildren();
    await store.transact({ children, joins: children }, ({ work }) => {
      for (const name of children) {
        if (work.joins.get(name)?.removedAt) continue;
        if (!work.children.get(name)) work.children.put(newChild(name));
      }
    });
    await this.engine.globals.load();
    const { attention } = this.cell;
    own.onHearing(hears => (hears ? attention.listens(this.parts.clock.now()) : attention.deaf(this.parts.clock.now())));
    own.open(channel => this.declare(channel));
    this.mender.start();
    parent?.open(async () => undefined);
    this.queries.start();
    this.consume(own, QUEUES.events);
    this.consume(own, QUEUES.reports, REPORTS);
    if (parent) this.consume(parent, downQueue(this.cell.name));
  }

  private async declare(channel: Channel): Promise<void> {
    await declareCell(channel, await this.childNames());
  }

  /** Those of the configuration, as far as they were not taken out, and those that have joined. The last known while the database is away. */
  private async childNames(): Promise<readonly string[]> {
    try {
      this.knownChildren = (await this.parts.store.readChildren()).map(child => child.name);
    } catch (error) {
      this.parts.log.warn('children are not read', { reason: messageOf(error) });
    }
    return this.knownChildren;
  }

  private consume(link: BrokerLink, queue: string, gathering: Pick<ConsumerOptions, 'batch' | 'restMs'> = {}): void {
    const { clock, log } = this.parts;
    const consumer = new BatchConsumer(
      { queue, handle: frames => this.handle(frames), malformed: (body, reason) => this.engine.malformed(body, reason), ...gathering },
      clock,
      log.child({ queue }),
    );
    this.consumers.push(consumer);
    consumer.start(link);
  }

  /** Questions are answered beside the batch: their answer is not worth a transaction, and must not wait for one. */
  private async handle(frames: readonly Frame[]): Promise<void> {
    this.busy = true;
    const queries = frames.flatMap(frame => frame.envelopes.filter(envelope => isQuery(envelope.method)));
    for (const query of queries) void this.reply(query);
    const others = queries.length
      ? frames.map(frame => ({ ...frame, envelopes: frame.envelopes.filter(envelope => !isQuery(envelope.method)) }))
      : frames;
    await this.engine.receive(others.filter(frame => frame.envelopes.length > 0));
  }

  private async reply(query: Envelope): Promise<void> {
    const { parent, clock, log } = this.parts;
    if (parent) await answerQuery(parent, EXCHANGES.up, query, this.cell.path, asked => this.engine.answer(asked, this), { clock, log });
  }

  private async queueDepths({ children, hosts }: BrokerQueues): Promise<QueueDepth[]> {
    const names = [...Object.values(QUEUES), ...children.map(downQueue), ...hosts.map(hostQueue)];
    return (await this.parts.own.aside.depthsOf(names)).map(depth => ({ ...depth, oldestSeconds: null }));
  }

  askChild(child: string, query: Envelope): Promise<unknown> {
    return this.queries.ask(toQueue(downQueue(child)), { ...query, target: `${this.cell.path}!${child}` });
  }

  askHost(host: string, query: Envelope): Promise<unknown> {
    return this.queries.ask({ exchange: EXCHANGES.compute, routingKey: hostKey(host) }, { ...query, target: `${this.cell.path}@${host}` });
  }

  /** Which brokers of this process can be used now, by name. */
  hears(): Readonly<Record<string, boolean>> {
    const { own, parent } = this.parts;
    return { own: own.hears, ...(parent && { parent: parent.hears }) };
  }

  /** Every second. What one process of the cell suffices for is done by the one that holds the lease. */
  async tick(): Promise<void> {
    const now = this.parts.clock.now();
    if (hasPassed(READ_GLOBALS_MS, this.globalsReadAt, now)) {
      await this.parts.store.noticeChildren();
      await this.engine.globals.load();
      this.globalsReadAt = now;
    }
    if (this.relay.hasLeftovers || hasPassed(QUIET_MS, this.pollAt, now)) {
      this.pollAt = now;
      await this.relay.poll();
    }
    if (!(await this.holdsPeriodicLease(now))) return;
    await this.engine.reconcilers.resumeWorkflows();
    void this.comparison.run(this.children);
    if (!this.busy && !hasPassed(QUIET_MS, this.capacityAt, now)) return;
    this.busy = false;
    this.capacityAt = now;
    await this.engine.reconcilers.recallOverdueBuilds();
    await this.engine.hostOrders.retell();
    const capacity = await this.parts.store.readCapacity();
    this.children = capacity.children;
    // Whoever cannot read its queue is cut off again and again, and says nothing.
    for (const child of capacity.children) if (isMute(child, now, this.cell)) this.mender.suspect(downQueue(child.name));
    await this.engine.announcer.announce(capacity);
    await this.report(capacity);
    if (this.parts.parent?.connected) await this.engine.teller.tell(capacity, statuses => this.send('cell.status', { statuses }));
  }

  /** Taken for some seconds and asked for again before it ends, so that an idle cell leaves its database alone. */
  private async holdsPeriodicLease(now: number): Promise<boolean> {
    if (!hasPassed(LEASE_SECONDS * 1000 - 2 * TICK_MS, this.leaseTakenAt, now)) return true;
    const held = await this.parts.store.holdLease(PERIODIC, this.id, LEASE_SECONDS);
    this.leaseTakenAt = held ? now : 0;
    return held;
  }

  /** Every minute. */
  async prune(): Promise<void> {
    if (!(await this.parts.store.holdLease('prune', this.id, 60))) return;
    await this.engine.reconcilers.confirmOverdueMoves();
    await this.parts.store.prune();
  }

  /** On change, at most once a second, and in full every few seconds, so that the parent knows that this cell lives. */
  private async report(capacity: CellCapacity): Promise<void> {
    const { parent, clock } = this.parts;
    if (!parent?.connected) return;
    const report = this.engine.report(capacity);
    const now = clock.now();
    const body = JSON.stringify({ ...report, version: null });
    if (body === this.lastReport.body && !hasPassed(FULL_REPORT_MS, this.lastReport.at, now)) return;
    await this.send('capacity.report', report);
    this.lastReport = { body, at: now };
  }

  /** A report for the parent: the next one makes up for one that gets lost. */
  private async send<M extends CellReport>(method: M, payload: CellPayload<M>): Promise<void> {
    const envelope = this.cell.envelope(this.parts.clock.now(), method, this.cell.parent ?? '', 'periodic', payload);
    const frame: Frame = { id: envelope.id, envelopes: [envelope] };
    const route = { exchange: EXCHANGES.up, routingKey: reportKey(this.cell.name) };
    await this.parts.parent?.publish(route, { id: frame.id, body: JSON.stringify(frame) }, { persistent: false });
  }

  async stop(): Promise<void> {
    this.mender.stop();
    for (const consumer of this.consumers) await consumer.stop();
    await this.relay.stop();
    await this.parts.parent?.close();
    await this.parts.own.close();
  }
}
