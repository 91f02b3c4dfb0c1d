import { keptIn } from '../users.js';
import type { World } from '../world.js';
import { guestsOf, runsSomewhere } from './guests.js';
import type { Invariant } from './invariant.js';
import { isOnlyCalledSo } from './only-called-so.js';

/** What the API accepted is there until its user deletes it, and its guest where the root says that it is. */
export const serversNotLost: Invariant = {
  name: 'no server is lost',
  atRest: world => [...lostServers(world), ...lostOrders(world), ...lostGuests(world), ...lostImages(world)],
};

const lostServers = ({ users, root }: World): string[] => {
  const row = (uuid: string) => root.database.instances.get(uuid);
  const unwanted = [...users.accepted].filter(uuid => row(uuid)?.vmState === 'deleted' && !users.triedToDelete.has(uuid));
  return [
    ...[...users.accepted].filter(uuid => !row(uuid)).map(uuid => `server ${uuid} was accepted and is lost`),
    ...unwanted.map(uuid => `server ${uuid} is deleted, and nobody wanted it`),
  ];
};

const lostOrders = ({ root: { database } }: World): string[] =>
  database.instances
    .all()
    .filter(row => row.deletedAt === null && !database.requestSpecs.get(row.uuid))
    .map(row => `the order of ${row.uuid} is lost`);

const lostGuests = (world: World): string[] =>
  world.root.database.instances
    .all()
    .filter(
      server =>
        runsSomewhere(server) &&
        !isOnlyCalledSo(world, server) &&
        !guestsOf(world, server.uuid).some(guest => guest.place === `${server.cellPath}@${server.host}`),
    )
    .map(server => {
      const places = guestsOf(world, server.uuid).map(guest => guest.place);
      return `server ${server.uuid} (${server.vmState}) should be on ${server.cellPath}@${server.host} and is on ${places.join(', ') || 'no host'}`;
    });

/** Of a server that was taken off its host there is nothing but its image. */
const lostImages = ({ root, images }: World): string[] =>
  root.database.instances
    .all()
    .filter(({ uuid, vmState }) => vmState === 'shelved_offloaded' && !images.has(keptIn(root, uuid) ?? ''))
    .map(({ uuid }) => `the image that server ${uuid} was shelved in is lost`);
