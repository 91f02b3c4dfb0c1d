import type { ChildRow, ReservationRow, ReservedShape } from '#cell';
import { type CapacityReport, ChildQuota } from '#contracts';
import type { Value } from '../sql.js';
import { numberOf, type Raw, shapeOf, textOf } from './raw.js';

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
  disabledReason: textOf(raw.disabled_reason),
  draining: Number(raw.draining),
  drainFrom: numberOf(raw.drain_from),
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
  'traits',
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
  row.traits,
  row.countedFrom?.generation ?? null,
  row.expiresAt,
];

export const reservationFromRaw = (raw: Raw): ReservationRow => ({
  instanceUuid: String(raw.instance_uuid),
  child: String(raw.child),
  epoch: Number(raw.epoch),
  ...roomOf(raw),
  countedFrom: raw.counted_from === null ? null : { epoch: 0, generation: Number(raw.counted_from) },
  expiresAt: Number(raw.expires_at),
});

export const reservedFromRaw = (raw: Raw): ReservedShape => ({
  child: String(raw.child),
  ...roomOf(raw),
  count: Number(raw.count),
});

const roomOf = (raw: Raw): Pick<ReservationRow, 'shape' | 'zone' | 'traits'> => ({
  shape: shapeOf(raw, ''),
  zone: textOf(raw.zone),
  traits: String(raw.traits),
});
