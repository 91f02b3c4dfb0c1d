import type { HostInventoryRow, HostRow } from '#cell';
import { HostInventory } from '#contracts';
import type { Value } from '../sql.js';
import { type Raw, shapeOf, textOf } from './raw.js';

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
  disabledReason: textOf(raw.disabled_reason),
  forcedDown: Boolean(raw.forced_down),
  orderedVersion: Number(raw.ordered_version),
  reported: { epoch: Number(raw.reported_epoch), generation: Number(raw.reported_generation) },
  lastSeenAt: Number(raw.last_seen_at),
  total: shapeOf(raw, 'total_'),
  reserved: shapeOf(raw, 'reserved_'),
  cpuAllocationRatio: Number(raw.cpu_allocation_ratio),
  used: shapeOf(raw, 'used_'),
  claims: Number(raw.claims),
  hypervisorType: String(raw.hypervisor_type),
  node: String(raw.node),
  traits: JSON.parse(String(raw.traits)) as string[],
  architecture: textOf(raw.architecture),
  runningGuests: Number(raw.running_guests),
});

export const inventoryFromRaw = (raw: Raw): HostInventoryRow => ({
  host: String(raw.host),
  inventory: HostInventory.parse(JSON.parse(String(raw.inventory))),
});
