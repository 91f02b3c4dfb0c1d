import { cellAvailabilityZoneFilter } from './cell-availability-zone.filter.js';
import type { CellFilter } from './cell-candidate.js';
import { cellCapacityFilter } from './cell-capacity.filter.js';
import { cellEnabledFilter } from './cell-enabled.filter.js';
import { cellNotMuteFilter } from './cell-not-mute.filter.js';
import { cellNotTriedFilter } from './cell-not-tried.filter.js';

export const cellFilters = {
  CellEnabled: cellEnabledFilter,
  CellNotMute: cellNotMuteFilter,
  CellNotTried: cellNotTriedFilter,
  CellAvailabilityZone: cellAvailabilityZoneFilter,
  CellCapacity: cellCapacityFilter,
} satisfies Record<string, CellFilter>;
