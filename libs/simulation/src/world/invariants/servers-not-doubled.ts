import { type InstanceRow, otherHostOf } from '#cell';
import { type CellName, type CellPath, childPath, PowerState } from '#domain';
import type { SimulatedCell } from '../simulated-cell.js';
import type { World } from '../world.js';
import { guestsOf, ownerOf, runsSomewhere } from './guests.js';
import type { Invariant } from './invariant.js';

/** A server has one guest (one that is kept as an image has none), and one cell that believes to have it: the one to which each cell from the root down points. */
export const serversNotDoubled: Invariant = {
  name: 'no server is doubled',
  atRest: world => [
    ...doubledGuests(world),
    ...guestsOfOffloaded(world),
    ...[...world.cells.values()].flatMap(cell => strayInstances(world, cell)),
  ],
};

const doubledGuests = (world: World): string[] =>
  world.root.database.instances
    .all()
    .filter(runsSomewhere)
    .map(server => ({ server, places: placesOf(world, server) }))
    .filter(({ places }) => places.length > 1)
    .map(({ server, places }) => `server ${server.uuid} is on ${places}`);

/** Without the guest that is put aside until its user confirms a move. */
const placesOf = (world: World, server: InstanceRow): string[] => {
  const owner = ownerOf(world, server);
  const aside = owner && `${owner.cellPath}@${otherHostOf(owner)}`;
  return guestsOf(world, server.uuid)
    .filter(({ place, powerState }) => place !== aside || powerState !== PowerState.SHUTDOWN)
    .map(({ place }) => place);
};

const guestsOfOffloaded = (world: World): string[] =>
  world.root.database.instances
    .all()
    .filter(({ vmState, taskState }) => vmState === 'shelved_offloaded' && taskState === null)
    .flatMap(({ uuid }) =>
      guestsOf(world, uuid).map(({ place }) => `server ${uuid} is shelved and offloaded, and has a guest on ${place}`),
    );

const strayInstances = (world: World, cell: SimulatedCell): string[] => {
  if (cell.parent === undefined) return [];
  const believed = cell.database.instances.all().filter(row => row.deletedAt === null && row.vmState !== 'error');
  const strays = believed.filter(row => isAliveAtTheRoot(world, row.uuid) && !isOnItsPath(world, cell.path, row));
  return strays.map(row => `${cell.path} believes to have ${row.uuid} (${row.vmState})`);
};

/** The others are resurrected. */
const isAliveAtTheRoot = ({ root }: World, uuid: string): boolean => root.database.instances.get(uuid)?.deletedAt === null;

/** Whether each cell from the root down to this one points to the next. */
const isOnItsPath = (world: World, path: string, { uuid }: InstanceRow): boolean => {
  let cell: SimulatedCell | undefined = world.root;
  while (cell && cell.path !== path) {
    const row: InstanceRow | undefined = cell.database.instances.get(uuid);
    if (!row || row.deletedAt !== null || !row.nextHop) return false;
    cell = world.cells.get(childPath(cell.path as CellPath, row.nextHop as CellName));
  }
  return cell !== undefined;
};
