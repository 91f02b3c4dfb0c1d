import type { CellMethod, CellPayload, ComputeMethod, ComputePayload, Envelope } from '#contracts';
import { cellMethods, computeMethods, type MethodTable, type ProtocolRange } from '#contracts';
import {
  type BuildMeter,
  type CellName,
  type CellPath,
  type Clock,
  childPath,
  depthOf,
  type Logger,
  nameOf,
  parentOf,
  type Random,
  silentMeter,
  type Version,
} from '#domain';
import { Attention } from './attention.js';
import { Protocols } from './protocols.js';
import { type SchedulerSettings, type Scheduling, schedulingOf } from './scheduler-settings.js';
import type { Outgoing, UnitOfWork } from './unit-of-work.js';

/** Seconds, all of them. */
export interface CellTimings {
  /** A host that has not reported for so long is not chosen. */
  readonly hostSilent: number;
  /** A child cell that has not reported for so long is mute: not chosen. */
  readonly childSilent: number;
  /** A build that is not answered by then is taken back and tried elsewhere. */
  readonly build: number;
  /** A command that nobody took by then is not begun any more. */
  readonly command: number;
  /** A host that is up has so long to destroy a guest before it is asked again. */
  readonly destroy: number;
  /** The instances of each child are compared with its parent's this often. */
  readonly compare: number;
  /** An instance that changed less long ago may differ: what tells of the change is on its way. */
  readonly settle: number;
}

export const DEFAULT_TIMINGS: CellTimings = {
  hostSilent: 16,
  childSilent: 16,
  build: 900,
  command: 600,
  destroy: 60,
  compare: 60,
  settle: 30,
};

/** Two reports of capacity are never closer than this, and clocks of one cell's processes agree to within it. */
const REPORT_MARGIN_MS = 1000;

/** How a cell moves instances among its hosts. */
export interface MoveSettings {
  /** An instance may be resized where it is. Nova's allow_resize_to_same_host. */
  readonly allowResizeToSameHost: boolean;
  /** What its user has not confirmed by then is confirmed for him; 0: never. Nova's resize_confirm_window. */
  readonly confirmSeconds: number;
}

const DEFAULT_MOVES: MoveSettings = { allowResizeToSameHost: false, confirmSeconds: 0 };

export interface CellOptions {
  readonly path: CellPath;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly meter?: BuildMeter | undefined;
  readonly timings?: Partial<CellTimings>;
  /** How long a shelved instance stays on its host; 0: not at all, negative: until it is ordered away. Nova's shelved_offload_time. */
  readonly shelvedOffloadSeconds?: number;
  readonly moves?: Partial<MoveSettings>;
  readonly scheduler?: SchedulerSettings;
  /** When any process of this cell was last known to listen, in ms since 1970; now when left out. */
  readonly lastHeard?: number;
  /** The versions that this build speaks, and its methods; those of this release when left out. */
  readonly protocol?: ProtocolRange;
  readonly methods?: MethodTable;
}

/** Who this cell is, and how it addresses its neighbours. */
export class Cell {
  readonly path: CellPath;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly meter: BuildMeter;
  readonly timings: CellTimings;
  readonly shelvedOffloadSeconds: number;
  readonly moves: MoveSettings;
  readonly scheduling: Scheduling;
  readonly attention: Attention;
  readonly protocols: Protocols;
  readonly methods: MethodTable;
  /** Of this process, in ms since 1970. */
  readonly startedAt: number;

  constructor(options: CellOptions) {
    this.path = options.path;
    this.clock = options.clock;
    this.random = options.random;
    this.log = options.log.child({ cell: options.path });
    this.meter = options.meter ?? silentMeter;
    this.startedAt = options.clock.now();
    this.timings = { ...DEFAULT_TIMINGS, ...options.timings };
    this.shelvedOffloadSeconds = options.shelvedOffloadSeconds ?? 0;
    this.moves = { ...DEFAULT_MOVES, ...options.moves };
    this.scheduling = schedulingOf(options.path, options.scheduler);
    this.protocols = new Protocols(options.protocol);
    this.methods = options.methods ?? { ...cellMethods, ...computeMethods };
    this.attention = new Attention(options.lastHeard ?? options.clock.now());
    if (options.lastHeard === undefined) this.attention.listens(options.clock.now());
  }

  get name(): CellName {
    return nameOf(this.path);
  }

  get parent(): CellPath | undefined {
    return parentOf(this.path);
  }

  get isRoot(): boolean {
    return this.parent === undefined;
  }

  sendUp<M extends CellMethod>(tx: UnitOfWork, method: M, requestId: string, payload: CellPayload<M>): void {
    const target = this.parent;
    if (target && this.isUnderstood(method, target))
      tx.outbox.add({ destination: { to: 'parent' }, envelope: this.envelope(tx.now, method, target, requestId, payload) });
  }

  sendToChild<M extends CellMethod>(
    tx: UnitOfWork,
    child: string,
    method: M,
    requestId: string,
    payload: CellPayload<M>,
    deadline?: number,
  ): void {
    const target = childPath(this.path, child as CellName);
    if (!this.isUnderstood(method, target)) return;
    // What it says by itself has come as far as what it passes on: the limit of hops is the same for a build and for its deletion.
    const envelope = { ...this.envelope(tx.now, method, target, requestId, payload, deadline), hops: depthOf(this.path) };
    tx.outbox.add({ destination: { to: 'child', name: child }, envelope });
  }

  /** @returns the id of the command, which its answer carries. */
  sendToHost<M extends ComputeMethod>(
    tx: UnitOfWork,
    host: string,
    method: M,
    requestId: string,
    payload: ComputePayload<M>,
    deadline?: number,
  ): string {
    const envelope = this.envelope(tx.now, method, `${this.path}@${host}`, requestId, payload, deadline);
    tx.outbox.add({ destination: { to: 'host', name: host }, envelope });
    return envelope.id;
  }

  /** Passes a command on to the child that has its subject: same id of request, same deadline, one hop more. */
  forward(tx: UnitOfWork, child: string, received: Envelope): void {
    const target = childPath(this.path, child as CellName);
    if (!this.isUnderstood(received.method, target)) return;
    const envelope: Envelope = {
      ...received,
      id: this.random.uuid(),
      protocol: this.protocols.versionFor(target),
      speaks: this.protocols.ours,
      source: this.path,
      target,
      hops: received.hops + 1,
    };
    tx.outbox.add({ destination: { to: 'child', name: child }, envelope } satisfies Outgoing);
  }

  /** A method that came with a later version than the neighbour speaks is not sent to it: what it is for, older cells do without. */
  private isUnderstood(method: string, neighbour: string): boolean {
    const since = this.methods[method]?.since ?? 0;
    const version = this.protocols.versionFor(neighbour);
    if (since > version) this.log.info('message not sent: the neighbour is of an older release', { method, neighbour, since, version });
    return since <= version;
  }

  /** The first report of capacity that is certain to count what this transaction commits. */
  countedFrom(tx: UnitOfWork): Version {
    return { epoch: 0, generation: tx.now + REPORT_MARGIN_MS };
  }

  envelope(now: number, method: string, target: string, requestId: string, payload: unknown, deadline?: number): Envelope {
    return {
      id: this.random.uuid(),
      method,
      protocol: this.protocols.versionFor(target),
      speaks: this.protocols.ours,
      source: this.path,
      target,
      hops: 0,
      deadline: deadline ?? now + this.timings.command * 1000,
      requestId,
      payload,
    };
  }
}
