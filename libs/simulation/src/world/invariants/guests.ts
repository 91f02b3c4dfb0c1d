import type { InstanceRow } from '#cell';
import type { World } from '../world.js';

/** Where a server's guests are, as `cell@host`, and their power states. */
export const guestsOf = (world: World, uuid: string): { readonly place: string; readonly powerState: number }[] =>
  world.hosts.flatMap(host => {
    const powerState = host.guests.get(uuid);
    return powerState === undefined ? [] : [{ place: host.plan.machine, powerState }];
  });

const WITH_GUEST: ReadonlySet<string> = new Set(['active', 'stopped', 'paused', 'suspended', 'rescued', 'resized', 'shelved']);

/** The server's row in the cell that has it. */
export const ownerOf = (world: World, { uuid, cellPath }: Pick<InstanceRow, 'uuid' | 'cellPath'>): InstanceRow | undefined =>
  world.cells.get(cellPath ?? '')?.database.instances.get(uuid);

/** Whether a server is meant to have a guest. */
export const runsSomewhere = ({ vmState, taskState }: { vmState: string; taskState: string | null }): boolean =>
  taskState === null && WITH_GUEST.has(vmState);
