export * from './admin/index.js';
export { ApiOrders, type ServerOrder } from './api-orders.js';
export { Builds } from './builds.js';
export { type CellCapacity, capacityReport, cellCandidate, hostCandidate, isHostUp, isMute } from './capacity.js';
export { Cell, type CellOptions, type CellTimings, DEFAULT_TIMINGS, type MoveSettings } from './cell.js';
export { childUseChanges, plus } from './child-use.js';
export { ChildComparison } from './comparison/compare-children.js';
export { PeriodicComparison } from './comparison/periodic-comparison.js';
export { type ComparedRow, isGivenBack, isHere, rangeDigest } from './comparison/row-digest.js';
export { EmptyGroups } from './empty-groups.js';
export { CellEngine, type EngineParts } from './engine.js';
export { framesOf } from './frames.js';
export { Globals, GlobalsCache, type HostGrouping } from './globals.js';
export { GroupCommit } from './group-commit.js';
export { changedHost } from './hosts/changed-host.js';
export { HostOrders } from './hosts/host-orders.js';
export { faultOf, orderedInstance, tombstoneOf } from './instances.js';
export type { BrokerDoor } from './joining/broker-door.js';
export type { JoinRow } from './joining/join-row.js';
export { openMove, otherHostOf, quotaOf } from './moves/held.js';
export type { MoveRequest, SteeredMove } from './moves/move-orders.js';
export { together } from './needs.js';
export { type Below, isQuery } from './queries.js';
export type { QuotaLimits } from './quota.js';
export * from './rows.js';
export type { Scheduling } from './scheduler-settings.js';
export { chargeOf } from './soft-delete/returned-quota.js';
export { type Backlog, type CellMirror, goneMirrors, replaces, STATUS_STALE_MS } from './status/cell-mirror.js';
export { treeOf } from './status/tree.js';
export {
  type CellStore,
  DECISIONS_KEPT_MS,
  DECISIONS_PER_INSTANCE,
  type GlobalsRead,
  LEASE_MARGIN_MS,
  type Loaded,
  type Neighbour,
  OUTBOX_TAKEOVER_MS,
  type OutboxDepth,
  type ParkedRow,
  type ServersIn,
  type StoredFrame,
  type Wanted,
} from './store.js';
export { Appended, Table } from './table.js';
export * from './unit-of-work.js';
export type { AnyWorkflowRow } from './workflow-context.js';
