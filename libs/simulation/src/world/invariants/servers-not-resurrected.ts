import type { World } from '../world.js';
import { guestsOf } from './guests.js';
import type { Invariant } from './invariant.js';

/** What was deleted stays deleted, in every cell and on every host, whatever arrives late. */
export const serversNotResurrected: Invariant = {
  name: 'no server is resurrected',
  atCommit: ({ path, database }, work) =>
    work.instances
      .changes()
      .filter(({ after }) => after.deletedAt === null && (database.instances.get(after.uuid)?.deletedAt ?? null) !== null)
      .map(({ after }) => `${path} takes ${after.uuid} out of its grave (${after.vmState})`),
  atRest: world => [...undead(world), ...believedAlive(world), ...guestsOfTheDead(world)],
};

const undead = ({ users, root }: World): string[] => {
  const row = (uuid: string) => root.database.instances.get(uuid);
  // One that is still being deleted has another fault: it does not end.
  const alive = [...users.deleted].filter(uuid => row(uuid)?.vmState !== 'deleted' && row(uuid)?.taskState !== 'deleting');
  return alive.map(uuid => `server ${uuid} was deleted and is ${row(uuid)?.vmState} (${row(uuid)?.taskState})`);
};

const believedAlive = (world: World): string[] =>
  [...world.cells.values()].flatMap(({ path, database }) =>
    database.instances
      .all()
      .filter(row => row.deletedAt === null && row.vmState !== 'error' && isDead(world, row.uuid))
      .map(row => `${path} believes to have ${row.uuid} (${row.vmState}), which is deleted`),
  );

const guestsOfTheDead = (world: World): string[] => {
  const guests = new Set(world.hosts.flatMap(host => [...host.guests.keys()]));
  const dead = [...guests].filter(uuid => isDead(world, uuid));
  return dead.map(uuid => `server ${uuid} is deleted and left guests on ${guestsOf(world, uuid).map(guest => guest.place)}`);
};

const isDead = ({ root }: World, uuid: string): boolean => {
  const row = root.database.instances.get(uuid);
  return row === undefined || row.deletedAt !== null;
};
