import { setTimeout as sleep } from 'node:timers/promises';
import { Cell, Globals } from '#cell';
import {
  type CapacityReport,
  type CellPayload,
  type Envelope,
  type Frame,
  type HostMirror,
  OLDEST_PROTOCOL,
  PROTOCOL_VERSION,
} from '#contracts';
import { type CellName, type CellPath, childPath, PowerState, type ResourceShape, shapeOf, silentLogger } from '#domain';
import { BatchConsumer, type BrokerLink, downQueue, EXCHANGES, eventKey, reportKey } from '#messaging';
import { mergePools } from '#scheduling';
import { SystemClock, SystemRandom } from '#service-runtime';
import { sampleInventory } from '#simulation';
import type { Layout } from './layout.js';
import { PlayedLeaf } from './played-leaf.js';

const systemClock = new SystemClock();
const systemRandom = new SystemRandom();
const ROOT = 'api' as CellPath;
const FULL_REPORT_MS = 5_000;
const CHANGED_REPORT_MS = 1_000;
/** How long a guest takes to start. */
const SPAWN_MS = 200;

/** A child of the root with all that lies below it: takes orders, answers as real cells do, and reports the capacity of its part. */
export class PlayedChild {
  frames = 0;
  readonly leaves: readonly PlayedLeaf[];
  private readonly cell: Cell;
  private globals = Globals.NONE;
  private changed = true;
  private reportedAt = 0;
  private next = 0;
  private mirrorNumber = 0;

  constructor(
    private readonly link: BrokerLink,
    readonly name: string,
    below: readonly string[],
    layout: Layout,
  ) {
    const path = childPath(ROOT, name as CellName);
    this.cell = new Cell({ path, clock: systemClock, random: systemRandom, log: silentLogger });
    const paths = below.length > 0 ? below.map(leaf => childPath(path, leaf as CellName)) : [path];
    this.leaves = paths.map(leaf => new PlayedLeaf(leaf, layout.hostsPerLeaf));
  }

  start(): void {
    const consumer = new BatchConsumer(
      { queue: downQueue(this.name), handle: frames => this.handle(frames), malformed: async () => undefined },
      systemClock,
      silentLogger,
    );
    consumer.start(this.link);
  }

  /** When a report is due: on change, at most once a second, and every five seconds; or as often as it is told. */
  async report(everyMs: number | null): Promise<void> {
    const now = Date.now();
    const age = now - this.reportedAt;
    if (everyMs === null ? age < (this.changed ? CHANGED_REPORT_MS : FULL_REPORT_MS) : age < everyMs - 5) return;
    this.reportedAt = now;
    this.changed = false;
    const report: CapacityReport = {
      cell: this.cell.path,
      version: { epoch: 0, generation: now },
      globalsVersion: this.globals.version,
      protocol: { oldest: OLDEST_PROTOCOL, newest: PROTOCOL_VERSION },
      pools: mergePools(this.leaves.map(leaf => leaf.pools(this.globals.shapes))),
      hostsUp: this.leaves.reduce((sum, leaf) => sum + leaf.hostsUp, 0),
      hostsDown: this.leaves.reduce((sum, leaf) => sum + leaf.hostsDown, 0),
    };
    const envelope = { ...this.cell.envelope(now, 'capacity.report', ROOT, 'periodic', report), protocol: PROTOCOL_VERSION };
    await this.publish(reportKey(this.name), [envelope], { persistent: false });
  }

  /** What the leaf says when it finds that one of its hosts has been silent for too long. */
  async tellHost(host: string, up: boolean): Promise<void> {
    const leaf = this.leaves.find(one => one.hostNames.includes(host))!;
    if (!up) leaf.lose(host);
    this.changed = true;
    this.mirrorNumber += 1;
    const mirror: HostMirror = {
      ...{ host, cellPath: leaf.path, version: { epoch: 1, generation: this.mirrorNumber }, zone: 'nova', enabled: true },
      ...{ disabledReason: null, up, lastSeenAt: Date.now(), inventory: sampleInventory(host), runningGuests: 0 },
      ...{ forcedDown: false, orderedVersion: 0 },
      used: { vcpus: 0, memoryMb: 0, diskGb: 0 },
    };
    await this.tell([this.cell.envelope(Date.now(), 'host.mirror', ROOT, 'periodic', { hosts: [mirror] })]);
  }

  private async handle(frames: readonly Frame[]): Promise<void> {
    const envelopes = frames.flatMap(frame => frame.envelopes);
    for (const { payload } of envelopes.filter(({ method }) => method === 'globals.update')) {
      const { version, items } = payload as CellPayload<'globals.update'>;
      this.globals = this.globals.with(version, items);
      this.changed = true;
    }
    const orders = envelopes
      .filter(({ method }) => method === 'instance.build')
      .map(({ payload }) => payload as CellPayload<'instance.build'>);
    if (orders.length === 0) return;
    const taken = orders.map(order => ({ order, ...this.take(shapeOf(order.spec.flavor)) }));
    this.changed = true;
    await this.tell(taken.map(one => this.state(one, 'building')));
    void sleep(SPAWN_MS).then(() => this.tell(taken.map(one => this.state(one, 'active'))).catch(() => undefined));
  }

  private take(shape: ResourceShape): { leaf: PlayedLeaf; host: string } {
    for (let tried = 0; tried < this.leaves.length; tried += 1) {
      const leaf = this.leaves[this.next++ % this.leaves.length]!;
      const host = leaf.take(shape);
      if (host !== undefined) return { leaf, host };
    }
    throw new Error(`${this.cell.path} was given more than fits`);
  }

  private state(
    { order, leaf, host }: { order: CellPayload<'instance.build'>; leaf: PlayedLeaf; host: string },
    vmState: 'building' | 'active',
  ): Envelope {
    const now = Date.now();
    const active = vmState === 'active';
    const payload: CellPayload<'instance.state'> = {
      report: {
        instanceUuid: order.spec.instanceUuid,
        version: { epoch: order.epoch, generation: active ? 2 : 1 },
        ...{ cellPath: leaf.path, host, node: host, vmState, taskState: active ? null : ('spawning' as const) },
        ...{ powerState: active ? PowerState.RUNNING : PowerState.NOSTATE, launchedAt: active ? now : null, updatedAt: now },
        ...{ fault: null, events: [] },
      },
      countedFrom: { epoch: 0, generation: now + 1000 },
    };
    return this.cell.envelope(now, 'instance.state', ROOT, order.spec.requestId, payload);
  }

  private tell(envelopes: readonly Envelope[]): Promise<void> {
    return this.publish(eventKey(this.name), envelopes, { persistent: true });
  }

  private async publish(routingKey: string, envelopes: readonly Envelope[], options: { persistent: boolean }): Promise<void> {
    const frame: Frame = { id: envelopes[0]!.id, envelopes: [...envelopes] };
    await this.link.publish({ exchange: EXCHANGES.up, routingKey }, { id: frame.id, body: JSON.stringify(frame) }, options);
    this.frames += 1;
  }
}
