import type { BuildSpec, CapacityReport, ChildQuota, Decision, Fault, HostInventory, Move, TrailEntry } from '#contracts';
import type { PowerStateCode, ResourceShape, TaskState, Version, VmState } from '#domain';
import type { ReservedRoom } from '#scheduling';

/** What is in use of instances, cores and memory: of a project, or of a cell. */
export interface QuotaUsage {
  readonly instances: number;
  readonly cores: number;
  readonly ramMb: number;
}

export interface UserInProject {
  readonly projectId: string;
  readonly userId: string;
}

/** What a cell keeps of one instance that is here, is on its way through, or was. Times are ms since 1970. */
export interface InstanceRow {
  readonly uuid: string;
  readonly epoch: number;
  readonly generation: number;
  /** Of the order that brought it here; 0 at the top, where users bring it. */
  readonly orderEpoch: number;
  /** Of the placement that holds now: an owner with a lower one is out of date. */
  readonly placedEpoch: number;
  /** The highest epoch given out here or below: the next placement must exceed it. */
  readonly highestEpoch: number;
  /** The child it was sent to; null while it is here. */
  readonly nextHop: string | null;
  readonly cellPath: string | null;
  readonly host: string | null;
  readonly node: string | null;
  readonly vmState: VmState;
  readonly taskState: TaskState | null;
  readonly powerState: PowerStateCode;
  readonly launchedAt: number | null;
  readonly updatedAt: number;
  /** Set in a tombstone. */
  readonly deletedAt: number | null;
  readonly fault: Fault | null;
  readonly placement: Placement;
  /** What it holds on its host, in the cell that has the host. */
  readonly claim: ResourceShape | null;
  /** Its last move, over or not; null when it never moved. */
  readonly move: Move | null;
  /** The server group it was ordered into; null when none, or when the group was deleted since (at the top). */
  readonly groupUuid: string | null;
  /** Who has locked it against changes; at the top only. */
  readonly lock: Lock | null;
}

/** A lock on a server. One of an administrator of another project cannot be opened by its owner. */
export interface Lock {
  readonly by: 'owner' | 'admin';
  readonly reason: string | null;
}

/** A server group as a transaction has it: locked, so that its members are placed one after the other, whichever process does it. */
export interface GroupRow {
  readonly uuid: string;
  /** At the top, when a user has deleted it: nothing joins it any more. */
  readonly deleted: boolean;
  readonly members: readonly GroupMember[];
}

export type GroupMember = Pick<InstanceRow, 'uuid' | 'nextHop' | 'host' | 'vmState' | 'deletedAt' | 'groupUuid'>;

/** How far the search for a place has come, and what else is wanted of the instance meanwhile. */
export interface Placement {
  readonly triedCells: readonly string[];
  readonly triedHosts: readonly string[];
  readonly trail: readonly TrailEntry[];
  /** Of the order that brought it here, in ms since 1970: nobody further down may take longer. None at the top. */
  readonly deadline?: number;
  /** The request that wants it deleted. */
  readonly deleteRequest?: string;
  /** The last reset of its state, and the placement that it was ordered for: at the owner once it is done, at the top until it is told so. */
  readonly reset?: { readonly requestId: string; readonly placedEpoch: number };
  /** The order to delete it softly, as soon as what is being done with it is done. */
  readonly softDeleteOrder?: SoftDeleteOrder;
  /** While it is soft-deleted, in the cell that has it. */
  readonly softDeleted?: SoftDeleted;
  /** While it is soft-deleted, at the top: what its project got back of its quota. */
  readonly quotaReturned?: QuotaUsage & UserInProject;
  /** The order to restore it, at the top, and until when (ms since 1970) what is said from before it is not believed. */
  readonly restoring?: { readonly requestId: string; readonly until: number };
}

export interface SoftDeleteOrder {
  readonly requestId: string;
  readonly reclaimSeconds: number;
}

/** What a soft-deleted instance was, and how long it can be restored. */
export interface SoftDeleted {
  readonly formerVmState: VmState;
  /** In ms since 1970. */
  readonly reclaimAt: number;
}

export const NO_PLACEMENT: Placement = { triedCells: [], triedHosts: [], trail: [] };

/** The whole order, kept apart from the instance because most changes of an instance never look at it. */
export interface RequestSpecRow {
  readonly uuid: string;
  readonly spec: BuildSpec;
}

/** A host of this cell, as far as placement needs it. `generation` guards the claims on it: compare and set. */
export interface HostRow {
  readonly host: string;
  readonly generation: number;
  readonly zone: string;
  readonly enabled: boolean;
  readonly disabledReason: string | null;
  /** Treated as down, whatever is heard of it. */
  readonly forcedDown: boolean;
  /** Of the order from above that was carried out last; 0 when none ever was. */
  readonly orderedVersion: number;
  /** Of the report that was last accepted. */
  readonly reported: Version;
  readonly lastSeenAt: number;
  readonly total: ResourceShape;
  readonly reserved: ResourceShape;
  readonly cpuAllocationRatio: number;
  readonly used: ResourceShape;
  readonly claims: number;
  readonly hypervisorType: string;
  readonly node: string;
  readonly traits: readonly string[];
  /** Of its CPUs, as in `x86_64`; null when it did not say. */
  readonly architecture: string | null;
  readonly runningGuests: number;
}

/** What an operator wants of a host. */
export type HostWish = Pick<HostRow, 'enabled' | 'disabledReason' | 'forcedDown'>;

/** Whether an operator's will is the same in both. */
export const isWantedAlike = (a: HostRow, b: HostRow): boolean =>
  a.enabled === b.enabled &&
  a.disabledReason === b.disabledReason &&
  a.forcedDown === b.forcedDown &&
  a.orderedVersion === b.orderedVersion;

/** Where a host is in the tree. */
export interface HostPlace {
  /** Full path of its cell. */
  readonly cellPath: string;
  readonly host: string;
}

/** How the key of a host is made where those of many cells are kept together. */
export const hostPlaceKey = ({ cellPath, host }: HostPlace): string => `${cellPath}@${host}`;

/**
 * At the top: what is wanted of a host in a cell below. Until the cell has said that it knows, what was wanted here is shown;
 * from then on, what it says.
 */
export interface HostServiceRow extends HostPlace, HostWish {
  /** Version of the last order that was given here; 0 when none ever was. */
  readonly wantedVersion: number;
  /** Version of the last order that the cell says it has carried out. */
  readonly heardVersion: number;
}

/** The rest of what a host said of itself; only the mirror at the top wants it. */
export interface HostInventoryRow {
  readonly host: string;
  readonly inventory: HostInventory;
}

/** A child cell: what the operator wants of it, which this cell owns, and what it last said of itself. */
export interface ChildRow {
  readonly name: string;
  readonly enabled: boolean;
  readonly disabledReason: string | null;
  /** Percent of what fits there that is kept back: 0 offers everything, 100 nothing. */
  readonly draining: number;
  /** Servers that were there when the draining began; null while it does not drain. */
  readonly drainFrom: number | null;
  /** Added to its weight as it is. */
  readonly weightOffset: number;
  /** What fits there is weighed as if it were so many times as much. */
  readonly weightScale: number;
  /** What the operator allows in it and below it. */
  readonly quota: ChildQuota | null;
  readonly report: CapacityReport | null;
  /** When the last report came in; 0 when none ever did. */
  readonly lastSeenAt: number;
  /** What this cell knows to be there or on its way there: kept by the store, in the transactions that send instances and end them. */
  readonly used: QuotaUsage;
}

export const NO_USE: QuotaUsage = { instances: 0, cores: 0, ramMb: 0 };

/** A child of which nothing is known yet but its name. */
export const newChild = (name: string): ChildRow => ({
  name,
  enabled: true,
  disabledReason: null,
  draining: 0,
  drainFrom: null,
  weightOffset: 0,
  weightScale: 1,
  quota: null,
  report: null,
  lastSeenAt: 0,
  used: NO_USE,
});

/** Room promised to an instance in a child, from the decision until a report of the child counts it. */
export interface ReservationRow extends ReservedRoom {
  readonly instanceUuid: string;
  readonly child: string;
  readonly epoch: number;
  /** Reports later than this count the instance themselves; null while the child has not answered. */
  readonly countedFrom: Version | null;
  readonly expiresAt: number;
}

/** What the open reservations take of one child, added up by what they take and where. */
export interface ReservedShape extends ReservedRoom {
  readonly child: string;
  readonly count: number;
}

/** How this cell once chose a host or a child for an instance: kept for three days, for whoever asks why. */
export interface DecisionRow {
  readonly instanceUuid: string;
  /** Of the user's request that asked for the instance. */
  readonly requestId: string;
  readonly at: number;
  readonly decision: Decision;
}
