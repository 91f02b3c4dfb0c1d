import { TRANSFER_SECONDS } from './image-actions.js';
import { IDLE, type InstanceAction } from './instance-action.js';

/** The actions that put a server away as an image, and bring it back. Source: facts of nova/compute/api.py and manager.py. */
export const shelveActions = {
  shelve: {
    method: 'shelve',
    record: 'shelve',
    event: 'compute_shelve_instance',
    vmStates: ['active', 'stopped', 'paused', 'suspended'],
    taskStates: IDLE,
    taskState: 'shelving',
    ends: 'shelved',
    turnsOff: true,
    limitSeconds: TRANSFER_SECONDS,
  },
  shelveOffload: {
    method: 'shelveOffload',
    record: 'shelveOffload',
    event: 'compute_shelve_offload_instance',
    vmStates: ['shelved'],
    taskStates: IDLE,
    taskState: 'shelving_offloading',
    ends: 'shelved_offloaded',
  },
  /** As far as the guest is still on its host, which starts it. */
  unshelve: {
    method: 'unshelve',
    record: 'unshelve',
    event: 'compute_start_instance',
    vmStates: ['shelved', 'shelved_offloaded'],
    taskStates: IDLE,
    taskState: 'unshelving',
    taskStateOnHost: 'powering-on',
    ends: 'active',
  },
} as const satisfies Record<string, InstanceAction>;
