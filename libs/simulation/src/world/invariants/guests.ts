import type { World } from '../world.js';

/** Where a server's guests are, as `cell@host`, and their power states. */
export const guestsOf = (world: World, uuid: string): { readonly place: string; readonly powerState: number }[] =>
  world.hosts.flatMap(host => {
    const powerState = host.guests.get(uuid);
    return powerState === undefined ? [] : [{ place: host.plan.machine, powerState }];
  });

const WITH_GUEST: ReadonlySet<string> = new Set(['active', 'stopped', 'paused', 'suspended', 'rescued', 'shelved']);

/** Whether a server is meant to have a guest. */
export const runsSomewhere = ({ vmState, taskState }: { vmState: string; taskState: string | null }): boolean =>
  taskState === null && WITH_GUEST.has(vmState);
