import type { InstanceRow } from '#cell';
import type { Invariant } from './invariant.js';

const ENDS: ReadonlySet<string> = new Set([
  'active',
  'stopped',
  'paused',
  'suspended',
  'rescued',
  'resized',
  'shelved',
  'shelved_offloaded',
  'error',
  'soft-delete',
  'deleted',
]);

/** Every server ends ACTIVE (or as its user left it), ERROR or deleted, and nothing is done to it any more. */
export const buildsEnd: Invariant = {
  name: 'every build ends ACTIVE or ERROR',
  atRest: ({ root, users }) => root.database.instances.all().flatMap(row => unended(row, users.calledSo.has(row.uuid))),
};

const unended = ({ uuid, vmState, taskState, fault }: InstanceRow, isCalledSo: boolean): string[] => {
  if (taskState !== null) return [`server ${uuid} (${vmState}) is still ${taskState}`];
  if (!ENDS.has(vmState)) return [`server ${uuid} (${vmState}) never ended`];
  return vmState === 'error' && !fault && !isCalledSo ? [`server ${uuid} is in error and does not say why`] : [];
};
