import { type GroupMember, type InstanceRow, type Lock, NO_PLACEMENT, otherHostOf, type Placement } from '#cell';
import { Fault, Move } from '#contracts';
import type { PowerStateCode, ResourceShape, TaskState, VmState } from '#domain';
import type { Value } from '../sql.js';
import { numberOf, type Raw, textOf } from './raw.js';

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
  nextHop: textOf(raw.next_hop),
  cellPath: textOf(raw.cell_path),
  host: textOf(raw.host),
  node: textOf(raw.node),
  vmState: raw.vm_state as VmState,
  taskState: raw.task_state as TaskState | null,
  powerState: Number(raw.power_state) as PowerStateCode,
  launchedAt: numberOf(raw.launched_at),
  updatedAt: Number(raw.updated_at),
  deletedAt: numberOf(raw.deleted_at),
  fault: raw.fault === null ? null : Fault.parse(JSON.parse(String(raw.fault))),
  placement: raw.placement === null ? NO_PLACEMENT : (JSON.parse(String(raw.placement)) as Placement),
  claim: raw.claim === null ? null : (JSON.parse(String(raw.claim)) as ResourceShape),
  move: raw.move === null ? null : Move.parse(JSON.parse(String(raw.move))),
  groupUuid: textOf(raw.group_uuid),
  lock: raw.locked_by === null ? null : { by: raw.locked_by as Lock['by'], reason: textOf(raw.locked_reason) },
});

export const memberColumns = ['uuid', 'next_hop', 'host', 'vm_state', 'deleted_at', 'group_uuid'] as const;

export const memberFromRaw = (raw: Raw): GroupMember => ({
  uuid: String(raw.uuid),
  nextHop: textOf(raw.next_hop),
  host: textOf(raw.host),
  vmState: raw.vm_state as VmState,
  deletedAt: numberOf(raw.deleted_at),
  groupUuid: textOf(raw.group_uuid),
});
