import type { AdminResult } from '#contracts';
import { type CellName, childPath, shapeKey, shapeOf } from '#domain';
import { poolsAfterReservations, poolsOffered } from '#scheduling';
import { type CellCapacity, capacityReport } from '../capacity.js';
import type { ChildRow } from '../rows.js';
import type { AdminParts } from './admin-handlers.js';

type Capacities = AdminResult<'cell.capacities'>;
type Room = Omit<Capacities, 'flavors'>;

/** Adds how many of each flavor fit: whole guests, host by host. */
export const capacitiesOf = ({ globals }: AdminParts, room: Room): Capacities => {
  return {
    ...room,
    flavors: globals.current.flavors.map(flavor => {
      const shape = shapeOf(flavor);
      const key = shapeKey(shape);
      const fits = room.pools.reduce((sum, pool) => sum + (pool.fits[key] ?? 0), 0);
      return { id: flavor.flavorId, name: flavor.name, memoryMb: shape.memoryMb, diskGb: shape.diskGb, fits };
    }),
  };
};

/** Of this cell's hosts and of the children that are given builds. */
export const ownRoom = ({ cell, globals }: AdminParts, capacity: CellCapacity): Room => {
  const { pools, hostsUp, hostsDown } = capacityReport(cell, capacity, globals.current, cell.clock.now());
  return { path: cell.path, ageSeconds: 0, hostsUp, hostsDown, pools };
};

/** As placement counts on it: what the child last reported, less what is on its way there and what draining keeps back. */
export const childRoom = ({ cell }: AdminParts, child: ChildRow, { reserved }: CellCapacity): Room => {
  const own = reserved.filter(one => one.child === child.name);
  return {
    path: childPath(cell.path, child.name as CellName),
    ageSeconds: child.lastSeenAt > 0 ? cell.attention.silence(child.lastSeenAt, cell.clock.now()) / 1000 : null,
    hostsUp: child.report?.hostsUp ?? 0,
    hostsDown: child.report?.hostsDown ?? 0,
    pools: child.report ? [...poolsOffered(poolsAfterReservations(child.report.pools, own), child.draining)] : [],
  };
};
