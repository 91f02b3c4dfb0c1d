import type { InstanceState, TaskState, VmState } from './instance-state.js';

const RESIZING: Partial<Record<TaskState, string>> = {
  resize_prep: 'RESIZE',
  resize_migrating: 'RESIZE',
  resize_migrated: 'RESIZE',
  resize_finish: 'RESIZE',
};
const REBUILDING: Partial<Record<TaskState, string>> = {
  rebuilding: 'REBUILD',
  rebuild_block_device_mapping: 'REBUILD',
  rebuild_spawning: 'REBUILD',
};

/** REST's status of a server, by vm state and then task state. Source: nova/api/openstack/common.py, _STATE_MAP. */
const STATUS: Record<VmState, { readonly status: string; readonly byTask?: Partial<Record<TaskState, string>> }> = {
  active: {
    status: 'ACTIVE',
    byTask: {
      rebooting: 'REBOOT',
      reboot_pending: 'REBOOT',
      reboot_started: 'REBOOT',
      rebooting_hard: 'HARD_REBOOT',
      reboot_pending_hard: 'HARD_REBOOT',
      reboot_started_hard: 'HARD_REBOOT',
      updating_password: 'PASSWORD',
      migrating: 'MIGRATING',
      ...REBUILDING,
      ...RESIZING,
    },
  },
  building: { status: 'BUILD' },
  stopped: { status: 'SHUTOFF', byTask: { ...RESIZING, ...REBUILDING } },
  resized: { status: 'VERIFY_RESIZE', byTask: { resize_reverting: 'REVERT_RESIZE' } },
  paused: { status: 'PAUSED', byTask: { migrating: 'MIGRATING' } },
  suspended: { status: 'SUSPENDED' },
  rescued: { status: 'RESCUE' },
  error: { status: 'ERROR', byTask: REBUILDING },
  deleted: { status: 'DELETED' },
  'soft-delete': { status: 'SOFT_DELETED' },
  shelved: { status: 'SHELVED' },
  shelved_offloaded: { status: 'SHELVED_OFFLOADED' },
};

/** `ACTIVE`, `BUILD`, … as users see it. */
export const serverStatus = ({ vmState, taskState }: InstanceState): string => {
  const entry = STATUS[vmState];
  return (taskState !== null && entry.byTask?.[taskState]) || entry.status;
};

/** Every vm state that a status filter of a list may mean, with the task states when they decide; empty for an unknown status. */
export const statesOfStatus = (status: string): { vmState: VmState; taskStates?: TaskState[] }[] => {
  const wanted = status.toUpperCase();
  const found: { vmState: VmState; taskStates?: TaskState[] }[] = [];
  for (const [vmState, entry] of Object.entries(STATUS) as [VmState, (typeof STATUS)[VmState]][]) {
    if (entry.status === wanted) found.push({ vmState });
    const tasks = Object.entries(entry.byTask ?? {})
      .filter(([, s]) => s === wanted)
      .map(([task]) => task as TaskState);
    if (tasks.length) found.push({ vmState, taskStates: tasks });
  }
  return found;
};
