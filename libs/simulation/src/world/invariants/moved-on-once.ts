import { openMove } from '#cell';
import { PowerState } from '#domain';
import type { World } from '../world.js';
import { guestsOf, ownerOf } from './guests.js';
import type { Invariant } from './invariant.js';

/**
 * While a server moves, and until its move is confirmed or undone, its guest is on at one of both hosts at most. An evacuation leaves a
 * host that is off, as its operator says: what is on there nevertheless goes when that host is heard of again.
 */
export const movedOnOnce: Invariant = {
  name: 'a server that moves is on at one place',
  always: world => world.root.database.instances.all().flatMap(server => onTwice(world, server)),
};

const onTwice = (world: World, server: Parameters<typeof ownerOf>[1]): string[] => {
  const owner = ownerOf(world, server);
  const move = owner && openMove(owner);
  if (!move || move.type === 'evacuation') return [];
  const hosts = [move.sourceHost, move.destHost].map(host => `${owner.cellPath}@${host}`);
  const on = guestsOf(world, server.uuid).filter(({ place, powerState }) => hosts.includes(place) && powerState === PowerState.RUNNING);
  return on.length > 1 ? [`server ${server.uuid} is on at ${on.map(({ place }) => place)} (${move.status})`] : [];
};
