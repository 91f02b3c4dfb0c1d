import type {
  AnyWorkflowRow,
  ChildRow,
  GroupMember,
  HostInventoryRow,
  HostRow,
  InstanceRow,
  Lock,
  Placement,
  ReservationRow,
  ReservedShape,
} from '#cell';
import { NO_PLACEMENT, otherHostOf } from '#cell';
import { BuildSpec, CapacityReport, ChildQuota, Fault, GlobalItem, HostInventory, Move } from '#contracts';
import type { PowerStateCode, ResourceShape, TaskState, VmState } from '#domain';
import type { Value } from './sql.js';

/*
 * Rows of this database, to and from what the handlers work on: the one place where snake_case becomes camelCase. What is read back
 * was written by this same code, so it is trusted; JSON that other processes wrote is parsed by its schema.
 */

type Raw = Record<string, string | number | null>;

export const instanceColumns = [
  'uuid',
  'epoch',
  'generation',
  'order_epoch',
  'placed_epoch',
  'highest_epoch',
  'next_hop',
  'cell_path',
  'host',
  'node',
  'vm_state',
  'task_state',
  'power_state',
  'launched_at',
  'updated_at',
  'deleted_at',
  'fault',
  'placement',
  'claim',
  'move',
  'other_host',
  'group_uuid',
  'locked_by',
  'locked_reason',
] as const;

export const instanceToValues = (row: InstanceRow): Value[] => [
  row.uuid,
  row.epoch,
  row.generation,
  row.orderEpoch,
  row.placedEpoch,
  row.highestEpoch,
  row.nextHop,
  row.cellPath,
  row.host,
  row.node,
  row.vmState,
  row.taskState,
  row.powerState,
  row.launchedAt,
  row.updatedAt,
  row.deletedAt,
  row.fault && JSON.stringify(row.fault),
  row.placement === NO_PLACEMENT ? null : JSON.stringify(row.placement),
  row.claim && JSON.stringify(row.claim),
  row.move && JSON.stringify(row.move),
  otherHostOf(row),
  row.groupUuid,
  row.lock?.by ?? null,
  row.lock?.reason ?? null,
];

export const instanceFromRaw = (raw: Raw): InstanceRow => ({
  uuid: String(raw.uuid),
  epoch: Number(raw.epoch),
  generation: Number(raw.generation),
  orderEpoch: Number(raw.order_epoch),
  placedEpoch: Number(raw.placed_epoch),
  highestEpoch: Number(raw.highest_epoch),
  nextHop: text(raw.next_hop),
  cellPath: text(raw.cell_path),
  host: text(raw.host),
  node: text(raw.node),
  vmState: raw.vm_state as VmState,
  taskState: raw.task_state as TaskState | null,
  powerState: Number(raw.power_state) as PowerStateCode,
  launchedAt: number(raw.launched_at),
  updatedAt: Number(raw.updated_at),
  deletedAt: number(raw.deleted_at),
  fault: raw.fault === null ? null : Fault.parse(JSON.parse(String(raw.fault))),
  placement: raw.placement === null ? NO_PLACEMENT : (JSON.parse(String(raw.placement)) as Placement),
  claim: raw.claim === null ? null : (JSON.parse(String(raw.claim)) as ResourceShape),
  move: raw.move === null ? null : Move.parse(JSON.parse(String(raw.move))),
  groupUuid: text(raw.group_uuid),
  lock: raw.locked_by === null ? null : { by: raw.locked_by as Lock['by'], reason: text(raw.locked_reason) },
});

export const memberColumns = ['uuid', 'next_hop', 'host', 'vm_state', 'deleted_at', 'group_uuid'] as const;

export const memberFromRaw = (raw: Raw): GroupMember => ({
  uuid: String(raw.uuid),
  nextHop: text(raw.next_hop),
  host: text(raw.host),
  vmState: raw.vm_state as VmState,
  deletedAt: number(raw.deleted_at),
  groupUuid: text(raw.group_uuid),
});

/** Columns that a host's own report sets. */
export const hostReportColumns = [
  'zone',
  'enabled',
  'disabled_reason',
  'reported_epoch',
  'reported_generation',
  'last_seen_at',
  'total_vcpus',
  'total_memory_mb',
  'total_disk_gb',
  'reserved_vcpus',
  'reserved_memory_mb',
  'reserved_disk_gb',
  'cpu_allocation_ratio',
  'hypervisor_type',
  'node',
  'traits',
  'architecture',
  'running_guests',
] as const;

export const hostReportValues = (row: HostRow): Value[] => [
  row.zone,
  row.enabled,
  row.disabledReason,
  row.reported.epoch,
  row.reported.generation,
  row.lastSeenAt,
  row.total.vcpus,
  row.total.memoryMb,
  row.total.diskGb,
  row.reserved.vcpus,
  row.reserved.memoryMb,
  row.reserved.diskGb,
  row.cpuAllocationRatio,
  row.hypervisorType,
  row.node,
  JSON.stringify(row.traits),
  row.architecture,
  row.runningGuests,
];

export const hostFromRaw = (raw: Raw): HostRow => ({
  host: String(raw.host),
  generation: Number(raw.generation),
  zone: String(raw.zone),
  enabled: Boolean(raw.enabled),
  disabledReason: text(raw.disabled_reason),
  forcedDown: Boolean(raw.forced_down),
  orderedVersion: Number(raw.ordered_version),
  reported: { epoch: Number(raw.reported_epoch), generation: Number(raw.reported_generation) },
  lastSeenAt: Number(raw.last_seen_at),
  total: shape(raw, 'total_'),
  reserved: shape(raw, 'reserved_'),
  cpuAllocationRatio: Number(raw.cpu_allocation_ratio),
  used: shape(raw, 'used_'),
  claims: Number(raw.claims),
  hypervisorType: String(raw.hypervisor_type),
  node: String(raw.node),
  traits: JSON.parse(String(raw.traits)) as string[],
  architecture: text(raw.architecture),
  runningGuests: Number(raw.running_guests),
});

export const inventoryFromRaw = (raw: Raw): HostInventoryRow => ({
  host: String(raw.host),
  inventory: HostInventory.parse(JSON.parse(String(raw.inventory))),
});

export const childColumns = [
  'name',
  'enabled',
  'disabled_reason',
  'draining',
  'drain_from',
  'weight_offset',
  'weight_scale',
  'quota',
  'report_number',
  'report',
  'last_seen_at',
] as const;

export const childToValues = (row: ChildRow): Value[] => [
  row.name,
  row.enabled,
  row.disabledReason,
  row.draining,
  row.drainFrom,
  row.weightOffset,
  row.weightScale,
  row.quota && JSON.stringify(row.quota),
  row.report?.version.generation ?? 0,
  row.report && JSON.stringify(row.report),
  row.lastSeenAt,
];

export const childFromRaw = (raw: Raw, report: CapacityReport | null): ChildRow => ({
  name: String(raw.name),
  enabled: Boolean(raw.enabled),
  disabledReason: text(raw.disabled_reason),
  draining: Number(raw.draining),
  drainFrom: number(raw.drain_from),
  weightOffset: Number(raw.weight_offset),
  weightScale: Number(raw.weight_scale),
  quota: raw.quota === null ? null : ChildQuota.parse(JSON.parse(String(raw.quota))),
  report,
  lastSeenAt: Number(raw.last_seen_at),
  used: { instances: Number(raw.used_instances), cores: Number(raw.used_cores), ramMb: Number(raw.used_ram_mb) },
});

export const reservationColumns = [
  'instance_uuid',
  'child',
  'epoch',
  'vcpus',
  'memory_mb',
  'disk_gb',
  'zone',
  'counted_from',
  'expires_at',
] as const;

export const reservationToValues = (row: ReservationRow): Value[] => [
  row.instanceUuid,
  row.child,
  row.epoch,
  row.shape.vcpus,
  row.shape.memoryMb,
  row.shape.diskGb,
  row.zone,
  row.countedFrom?.generation ?? null,
  row.expiresAt,
];

export const reservationFromRaw = (raw: Raw): ReservationRow => ({
  instanceUuid: String(raw.instance_uuid),
  child: String(raw.child),
  epoch: Number(raw.epoch),
  shape: shape(raw, ''),
  zone: text(raw.zone),
  countedFrom: raw.counted_from === null ? null : { epoch: 0, generation: Number(raw.counted_from) },
  expiresAt: Number(raw.expires_at),
});

export const reservedFromRaw = (raw: Raw): ReservedShape => ({
  child: String(raw.child),
  shape: shape(raw, ''),
  zone: text(raw.zone),
  count: Number(raw.count),
});

export const specFromRaw = (raw: Raw) => ({ uuid: String(raw.uuid), spec: BuildSpec.parse(JSON.parse(String(raw.spec))) });

export const globalItemFromRaw = (raw: Raw): GlobalItem =>
  GlobalItem.parse({
    kind: raw.kind,
    id: String(raw.id),
    version: Number(raw.version),
    body: raw.body === null ? null : JSON.parse(String(raw.body)),
  });

export const workflowFromRaw = (raw: Raw): AnyWorkflowRow => JSON.parse(String(raw.body)) as AnyWorkflowRow;

const text = (value: string | number | null | undefined): string | null => (value === null || value === undefined ? null : String(value));
const number = (value: string | number | null | undefined): number | null => (value === null || value === undefined ? null : Number(value));
const shape = (raw: Raw, prefix: string): ResourceShape => ({
  vcpus: Number(raw[`${prefix}vcpus`]),
  memoryMb: Number(raw[`${prefix}memory_mb`]),
  diskGb: Number(raw[`${prefix}disk_gb`]),
});

export { type Raw, text as textOf };
