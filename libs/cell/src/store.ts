import type { BuildSpec, GlobalItem, RangeDigest } from '#contracts';
import type { CellCapacity } from './capacity.js';
import type { ComparedRow } from './comparison/row-digest.js';
import type { ChildRow, DecisionRow, HostPlace, UserInProject } from './rows.js';
import type { Backlog, CellMirror } from './status/cell-mirror.js';
import type { Destination, Parked, UnitOfWork } from './unit-of-work.js';

/** What a transaction needs loaded and locked before its work begins. */
export interface Wanted {
  /** Frames delivered to this cell: recorded in the inbox; those seen before come back in `seen`. */
  readonly frames?: readonly string[];
  /** Instances with their workflows and reservations. */
  readonly instances?: readonly string[];
  /** Instances that are made in this transaction, and that nobody else can know yet. */
  readonly newInstances?: readonly string[];
  /** Their request specs too. */
  readonly requestSpecs?: readonly string[];
  /** The rows that placement decides on: hosts (read, changed by compare and set), children (locked) and open reservations. */
  readonly placement?: boolean;
  /** Hosts to be changed by their own reports. */
  readonly hosts?: readonly string[];
  /** At the top: what is wanted of hosts of the tree, by their `hostPlaceKey`; locked. */
  readonly hostServices?: readonly string[];
  readonly children?: readonly string[];
  /** How these children came in: by their names. */
  readonly joins?: readonly string[];
  /** A child has spoken: whatever this process believed, the cell has children. */
  readonly fromChild?: boolean;
  /** Projects whose quota usage is locked, at the top. */
  readonly quotas?: readonly string[];
  /** Users whose part in the use of a project of `quotas` is counted, because they have limits of their own. */
  readonly userQuotas?: readonly UserInProject[];
  /** Server groups that are locked, besides those of `instances` when there is placement. */
  readonly groups?: readonly string[];
  /** The version of the globals, locked. */
  readonly globals?: boolean;
}

/** What the top owns, as one cell has it: items that changed after a version, in the order of their changes. */
export interface GlobalsRead {
  readonly version: number;
  readonly items: readonly GlobalItem[];
}

export interface Loaded {
  readonly work: UnitOfWork;
  /** The frames of `wanted.frames` that were handled before. */
  readonly seen: ReadonlySet<string>;
}

/** A cell that shares instances with this one. */
export type Neighbour = Exclude<Destination, { readonly to: 'host' }>;

/** A message that waits for an operator. Its id is that of its envelope. */
export interface ParkedRow extends Parked {
  /** ms since 1970 */
  readonly parkedAt: number;
}

/** Frames that wait for one destination. */
export interface OutboxDepth {
  /** As in StoredFrame. */
  readonly destination: string;
  readonly frames: number;
  /** When the oldest was written, in ms since 1970. */
  readonly oldestAt: number;
}

/**
 * The cell's database as the handlers know it. MariaDB implements it, and so does the simulated world; one contract suite holds
 * both to the same behaviour.
 */
export interface CellStore {
  /**
   * One transaction. Loads and locks, runs `work` (which may run again after a conflict with another process, each time on
   * freshly loaded rows), writes what it changed, and commits. Outgoing envelopes become outbox rows in the same transaction and
   * are offered to the relay afterwards.
   * @throws what `work` throws, with nothing written; CloudError `unavailable` when the database does not answer.
   */
  transact<T>(wanted: Wanted, work: (loaded: Loaded) => T): Promise<T>;

  /** What the next report upwards is made of; the number of the report counts on. */
  readCapacity(): Promise<CellCapacity>;
  /** The child cells, in the order of their names. */
  readChildren(): Promise<ChildRow[]>;
  /** What was heard of the cells below, at any depth, removed ones among them: since then by this cell's clock, 0 for all. */
  readMirrors(receivedSince: number): Promise<CellMirror[]>;
  /** What waits in this cell. */
  readBacklog(): Promise<Backlog>;
  /** How many servers are in each of these children or on their way there, and the first `listed` of them. For an operator: it looks at every instance. */
  readServersIn(children: readonly string[], listed: number): Promise<ServersIn[]>;
  /** A cell without children asks none of their tables. Called now and then, so that it notices those that another process took in. */
  noticeChildren(): Promise<void>;
  /** Reads one number when nothing changed after that version. */
  readGlobals(after: number): Promise<GlobalsRead>;
  /** Workflows whose `runAfter` has passed, by instance. */
  listDueWorkflows(now: number, limit: number): Promise<string[]>;
  /** Instances whose reservation in a child has expired unanswered. */
  listOverdueReservations(now: number, limit: number): Promise<string[]>;
  /** Instances that are resized and not confirmed, and did not change since `before`. */
  listUnconfirmed(before: number, limit: number): Promise<string[]>;
  /** Instances that this cell believes to be on the host, with their power state. */
  listInstancesOnHost(host: string): Promise<{ uuid: string; powerState: number; vmState: string }[]>;
  /** Which of these instances are tombstones here, or are on another host and do not move from or to this one. */
  listStrangers(host: string, uuids: readonly string[]): Promise<{ uuid: string; epoch: number }[]>;
  /**
   * At the top: hosts whose cell, by what it told later than `graceMs` after an order for the host was given, had not carried it out
   * yet: the order got lost.
   */
  listUnheardHosts(graceMs: number, limit: number): Promise<HostPlace[]>;
  /** Where an instance is, for a query. */
  findInstance(uuid: string): Promise<{ nextHop: string | null; host: string | null; deletedAt: number | null } | undefined>;
  findSpec(uuid: string): Promise<BuildSpec | undefined>;
  /** What this cell decided about these instances, in the order of deciding; of one that was tried very often, the first decisions. */
  listDecisions(uuids: readonly string[]): Promise<DecisionRow[]>;
  /** The instances that this cell decided about for a request, in the order of their uuids, from behind `after` on. */
  listDecidedInstances(requestId: string, page: { readonly after?: string; readonly limit: number }): Promise<string[]>;

  /**
   * Of the instances shared with this neighbour (`isHere` with the parent; with a child those that point to it), the digests of the
   * ranges one character longer than these, which are all of one length. Empty ranges are left out.
   */
  digestInstances(neighbour: Neighbour, ranges: readonly string[]): Promise<RangeDigest[]>;
  /** The same instances one by one. */
  listCompared(neighbour: Neighbour, ranges: readonly string[]): Promise<(ComparedRow & { readonly updatedAt: number })[]>;

  /** When any process of the cell last held the lease, in ms since 1970; 0 when none ever did. */
  readLease(name: string): Promise<number>;
  /** True when this process holds the lease now, for `seconds` at least. */
  holdLease(name: string, owner: string, seconds: number): Promise<boolean>;
  /** Outbox rows whose writer did not see them through: they are leased to the caller. */
  takeOutbox(limit: number): Promise<StoredFrame[]>;
  /** Messages that could not be handled, the newest first, after the one with this id. */
  listParked(limit: number, marker?: string): Promise<ParkedRow[]>;
  findParked(id: string): Promise<ParkedRow | undefined>;
  /** `oldestAt` is null when there are none. */
  countParked(): Promise<{ readonly count: number; readonly oldestAt: number | null }>;
  /** What waits to be sent, by destination. */
  outboxDepths(): Promise<OutboxDepth[]>;
  deleteOutbox(ids: readonly string[]): Promise<void>;
  /** What waits to be sent to a child that is gone. */
  dropOutboxTo(child: string): Promise<void>;
  /** Called after each commit with the frames that it wrote: whoever listens sends them at once. */
  onFrames(listener: (frames: readonly StoredFrame[]) => void): void;
  /** Forgets inbox rows, decisions, tombstones (of instances and of cells) and rejected orders older than their time. Returns how many rows went. */
  prune(): Promise<number>;
}

/** Servers in one child cell, at any depth. */
export interface ServersIn {
  readonly child: string;
  readonly count: number;
  /** Some of them, by uuid. */
  readonly uuids: readonly string[];
}

/** A lease that was taken later than so many ms from now is from a clock that has been set back: nobody holds it. */
export const LEASE_MARGIN_MS = 2_000;

/** Whoever takes frames from the outbox has so long, in ms, to see them through; then the next may. */
export const OUTBOX_TAKEOVER_MS = 5_000;

/** How long a cell can say why it decided as it did, in ms. */
export const DECISIONS_KEPT_MS = 3 * 24 * 3_600_000;
/** `listDecisions` returns no more than this many for each instance that it is asked about, on average. */
export const DECISIONS_PER_INSTANCE = 50;

/** A frame as the outbox keeps it. */
export interface StoredFrame {
  readonly id: string;
  readonly destination: string;
  /** JSON of Frame. */
  readonly body: string;
}
