import type { HostWish, InstanceRow } from '#cell';
import { isAtOrBelow, shapeKey } from '#domain';
import type { World } from '../world.js';
import { guestsOf } from './guests.js';
import type { Invariant } from './invariant.js';
import { isOnlyCalledSo } from './only-called-so.js';

/** What the root shows of a server is what its cell knows, and what runs; so with hosts, and with the cells below any cell. */
export const mirrorsEqualOwners: Invariant = {
  name: 'mirror equals owner',
  atRest: world => [
    ...world.root.database.instances
      .all()
      .filter(server => server.deletedAt === null && server.vmState !== 'error' && !isOnlyCalledSo(world, server))
      .flatMap(server => wrongServer(world, server)),
    ...wrongHosts(world),
    ...wrongCells(world),
  ],
};

const wrongServer = (world: World, server: InstanceRow): string[] => {
  const owner = world.cells.get(server.cellPath ?? '')?.database.instances.get(server.uuid);
  if (!owner) return [`server ${server.uuid} is unknown to ${server.cellPath}`];
  if (said(owner) !== said(server)) return [`server ${server.uuid} is ${said(server)} at the root and ${said(owner)} where it lives`];
  const guest = guestsOf(world, server.uuid).find(({ place }) => place === `${server.cellPath}@${server.host}`);
  return guest && guest.powerState !== server.powerState
    ? [`server ${server.uuid} has power state ${server.powerState}, its guest has ${guest.powerState}`]
    : [];
};

const said = (row: InstanceRow): string =>
  JSON.stringify([row.epoch, row.generation, row.vmState, row.taskState, row.powerState, row.host, row.launchedAt, row.fault]);

const wrongHosts = (world: World): string[] =>
  world.hosts.flatMap(({ cellPath, name }) => {
    const host = world.cell(cellPath).database.hosts.get(name);
    const mirror = world.root.database.hostMirrors.get(`${cellPath}@${name}`);
    const service = world.root.database.hostServices.get(`${cellPath}@${name}`);
    if (!host || !mirror || !service) return [`host ${name} is not known`];
    const shown = `${shapeKey(mirror.used)} with ${mirror.runningGuests} guests, ${mirror.up ? 'up' : 'down'}, ${wishFor(service)}`;
    const known = `${shapeKey(host.used)} with ${host.runningGuests} guests, up, ${wishFor(host)}`;
    return shown === known ? [] : [`host ${name} is ${shown} at the root, ${known} in its cell`];
  });

const wishFor = ({ enabled, disabledReason, forcedDown }: HostWish): string => JSON.stringify({ enabled, disabledReason, forcedDown });

const wrongCells = (world: World): string[] => {
  const cells = [...world.cells.values()];
  return cells.flatMap(cell => {
    const hosts = cell.database.hosts.all();
    const own = `${hosts.length} hosts, ${hosts.reduce((sum, host) => sum + host.claims, 0)} instances`;
    const above = cells.filter(other => other !== cell && isAtOrBelow(cell.path, other.path));
    return above.flatMap(({ path, database }) => {
      const status = database.cellMirrors.get(cell.path)?.status;
      const kept = status && `${status.hostsUp + status.hostsDown} hosts, ${status.instances} instances`;
      return kept === own ? [] : [`${path} believes that ${cell.path} has ${kept ?? 'nothing'}, and it has ${own}`];
    });
  });
};
