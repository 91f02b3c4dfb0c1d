import type { InstanceRow } from '#cell';
import type { World } from '../world.js';

/** A server on no host, for no cell had room for it or it was shelved, that an administrator has called active: as in Nova, it is shown so. */
export const isOnlyCalledSo = ({ users }: World, { uuid, host }: InstanceRow): boolean => host === null && users.calledSo.has(uuid);
