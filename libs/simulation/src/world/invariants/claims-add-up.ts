import type { HostRow } from '#cell';
import { addShapes, NO_RESOURCES, shapeKey } from '#domain';
import type { SimulatedCell } from '../simulated-cell.js';
import { heldOn } from './held-on.js';
import type { Invariant } from './invariant.js';

/** What is taken of a host is what its instances hold: no room is lost, none is given back twice. */
export const claimsAddUp: Invariant = {
  name: 'what is claimed of a host is what its instances hold',
  atRest: world => [...world.cells.values()].flatMap(cell => cell.database.hosts.all().flatMap(host => wrongClaims(cell, host))),
};

const wrongClaims = ({ path, database }: SimulatedCell, host: HostRow): string[] => {
  const claimed = database.instances.all().flatMap(row => heldOn(row, host.host));
  const sum = claimed.reduce(addShapes, NO_RESOURCES);
  if (shapeKey(sum) === shapeKey(host.used) && claimed.length === host.claims) return [];
  return [
    `host ${host.host} of ${path} counts ${shapeKey(host.used)} by ${host.claims}, its instances hold ${shapeKey(sum)} by ${claimed.length}`,
  ];
};
