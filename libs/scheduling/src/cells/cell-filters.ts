import { cellAvailabilityZoneFilter } from './cell-availability-zone.filter.js';
import type { CellFilter } from './cell-candidate.js';
import { cellCapacityFilter } from './cell-capacity.filter.js';
import { cellDrainingFilter } from './cell-draining.filter.js';
import { cellEnabledFilter } from './cell-enabled.filter.js';
import { cellNotMuteFilter } from './cell-not-mute.filter.js';
import { cellNotTriedFilter } from './cell-not-tried.filter.js';
import { cellProtocolFilter } from './cell-protocol.filter.js';
import { cellQuotaFilter } from './cell-quota.filter.js';
import { cellSameHostFilter } from './cell-same-host.filter.js';
import { cellServerGroupFilter } from './cell-server-group.filter.js';

export const cellFilters = {
  CellEnabled: cellEnabledFilter,
  CellProtocol: cellProtocolFilter,
  CellDraining: cellDrainingFilter,
  CellNotMute: cellNotMuteFilter,
  CellNotTried: cellNotTriedFilter,
  CellSameHost: cellSameHostFilter,
  CellServerGroup: cellServerGroupFilter,
  CellAvailabilityZone: cellAvailabilityZoneFilter,
  CellQuota: cellQuotaFilter,
  CellCapacity: cellCapacityFilter,
} satisfies Record<string, CellFilter>;

/** Asked whatever an operator leaves out: a cell of another protocol never gets the order, one that was tried would get it for ever. */
export const ALWAYS_ASKED_OF_CELLS: readonly (keyof typeof cellFilters)[] = ['CellProtocol', 'CellNotTried'];
