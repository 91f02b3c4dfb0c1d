import type { BuildSpec } from '#contracts';
import { type GroupPlaces, OWN_HOSTS } from '#scheduling';
import type { GroupMember, InstanceRow } from './rows.js';
import type { UnitOfWork } from './unit-of-work.js';

/*
 * Server groups hold across the whole tree because each cell decides among what it chooses from, and the places of members are what the
 * instance rows say anyway. A cell that passes builds on knows which child has each member; one that has hosts knows the host. Affinity
 * binds all members to the child, and there to the host, of the first one; anti-affinity needs nothing above the hosts, since hosts of
 * two cells are two hosts. There is no list of members beside the rows that could be wrong after a crash: a member that is deleted,
 * rejected or recalled frees its place in the same write that says so.
 *
 * The race is two members at once: both would see an empty group. So whoever places a member holds the group's row locked from before it
 * reads the members until it has committed. A cell whose knowledge is late (its member is on its way out, or was recalled and is not
 * gone yet) takes it for still there: it may refuse what would fit, and never breaks the policy.
 */

/** Where the other members are, for a choice among this cell's hosts. Null for an instance in no group. */
export const groupAmongHosts = (tx: UnitOfWork, row: InstanceRow, spec: BuildSpec): GroupPlaces | null =>
  placesOf(tx, row, spec, hostOf, childOf);

/** The same for a choice among its children and its own hosts taken together. */
export const groupAmongCells = (tx: UnitOfWork, row: InstanceRow, spec: BuildSpec): GroupPlaces | null =>
  placesOf(
    tx,
    row,
    spec,
    member => childOf(member) ?? (hostOf(member) === null ? null : OWN_HOSTS),
    () => null,
  );

type PlaceOf = (member: GroupMember) => string | null;

/** Its host, when that is one of this cell: from its claim until its guest is gone. */
const hostOf: PlaceOf = member => (member.nextHop === null ? member.host : null);

/** The child that it was sent to. A build that failed there for good is on no host, and binds nobody. */
const childOf: PlaceOf = member => (member.vmState === 'error' && member.host === null ? null : member.nextHop);

const placesOf = (tx: UnitOfWork, row: InstanceRow, spec: BuildSpec, here: PlaceOf, there: PlaceOf): GroupPlaces | null => {
  if (!spec.group || row.groupUuid === null) return null;
  const others = membersOf(tx, row.groupUuid).filter(member => member.uuid !== row.uuid && member.deletedAt === null);
  const members = new Map<string, number>();
  for (const place of others.map(here)) if (place !== null) members.set(place, (members.get(place) ?? 0) + 1);
  const { policy, maxServerPerHost } = spec.group;
  return { policy, maxServerPerHost, members, elsewhere: others.map(there).find(place => place !== null) ?? null };
};

/** As loaded, and as this transaction has changed them. */
const membersOf = (tx: UnitOfWork, groupUuid: string): GroupMember[] => {
  const members = new Map((tx.groups.get(groupUuid)?.members ?? []).map(member => [member.uuid, member]));
  for (const row of tx.instances.all()) {
    if (row.groupUuid === groupUuid) members.set(row.uuid, row);
    else members.delete(row.uuid);
  }
  return [...members.values()];
};

/** How many servers a group has, with those of this transaction. */
export const groupSize = (tx: UnitOfWork, groupUuid: string): number =>
  membersOf(tx, groupUuid).filter(member => member.deletedAt === null).length;
