import { IDLE, type InstanceAction } from './instance-action.js';
import { TASK_STATES } from './instance-state.js';

/** The actions that delete a server in a way that can be taken back for a while. Source: facts of nova/compute/api.py and manager.py. */
export const deferredDeleteActions = {
  softDelete: {
    method: 'soft_delete',
    record: 'delete',
    event: 'compute_soft_delete_instance',
    vmStates: ['active', 'paused', 'suspended', 'stopped', 'rescued', 'resized', 'shelved', 'error'],
    taskStates: [null, ...TASK_STATES],
    taskState: 'soft-deleting',
    ends: 'soft-delete',
  },
  restore: {
    method: 'restore',
    record: 'restore',
    event: 'compute_restore_instance',
    vmStates: ['soft-delete'],
    taskStates: IDLE,
    taskState: 'restoring',
    ends: 'active',
  },
} as const satisfies Record<string, InstanceAction>;
