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

/** Where a host is asked for, the cells that have none go first: what is wrong with the one that has it is why there is no place. */
export const cellFilters = {
  CellSameHost: cellSameHostFilter,
  CellEnabled: cellEnabledFilter,
  CellProtocol: cellProtocolFilter,
  CellDraining: cellDrainingFilter,
  CellNotMute: cellNotMuteFilter,
  CellNotTried: cellNotTriedFilter,
  CellServerGroup: cellServerGroupFilter,
  CellAvailabilityZone: cellAvailabilityZoneFilter,
  CellQuota: cellQuotaFilter,
  CellCapacity: cellCapacityFilter,
} satisfies Record<string, CellFilter>;

/** Asked whatever an operator leaves out: a cell of another protocol never gets the order, one that was tried would get it for ever. */
export const ALWAYS_ASKED_OF_CELLS: readonly (keyof typeof cellFilters)[] = ['CellProtocol', 'CellNotTried'];

/**
 * Asked, whatever an operator chose, of the cell that has a host that an administrator forces: that it is there, enabled and heard of,
 * and its quota. Whether there is room the host says itself; how much of a draining cell is offered is no matter then.
 */
export const forcedCellFilters = {
  CellSameHost: cellSameHostFilter,
  CellEnabled: cellEnabledFilter,
  CellProtocol: cellProtocolFilter,
  CellNotMute: cellNotMuteFilter,
  CellNotTried: cellNotTriedFilter,
  CellAvailabilityZone: cellAvailabilityZoneFilter,
  CellQuota: cellQuotaFilter,
} satisfies Record<string, CellFilter>;
