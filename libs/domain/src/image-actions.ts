import { IDLE, type InstanceAction } from './instance-action.js';

/** A disk may be large, and the way to the image service slow. */
export const TRANSFER_SECONDS = 6 * 3600;

/** The actions that make an image of a guest, or a guest of another image. Source: facts of nova/compute/api.py and manager.py. */
export const imageActions = {
  createImage: {
    method: 'createImage',
    record: 'createImage',
    event: 'compute_snapshot_instance',
    vmStates: ['active', 'stopped', 'paused', 'suspended'],
    taskStates: IDLE,
    taskState: 'image_snapshot_pending',
    taskStateOnHost: 'image_snapshot',
    ends: null,
    lockedToo: true,
    limitSeconds: TRANSFER_SECONDS,
  },
  createBackup: {
    method: 'createBackup',
    record: 'createBackup',
    event: 'compute_backup_instance',
    vmStates: ['active', 'stopped', 'paused', 'suspended'],
    taskStates: IDLE,
    taskState: 'image_backup',
    ends: null,
    lockedToo: true,
    limitSeconds: TRANSFER_SECONDS,
  },
  rebuild: {
    method: 'rebuild',
    record: 'rebuild',
    event: 'compute_rebuild_instance',
    vmStates: ['active', 'stopped', 'error'],
    taskStates: IDLE,
    taskState: 'rebuilding',
    ends: null,
    fails: 'always',
    limitSeconds: TRANSFER_SECONDS,
  },
  rescue: {
    method: 'rescue',
    record: 'rescue',
    event: 'compute_rescue_instance',
    vmStates: ['active', 'stopped', 'error'],
    taskStates: IDLE,
    taskState: 'rescuing',
    ends: 'rescued',
    fails: 'always',
    withSpec: true,
    limitSeconds: TRANSFER_SECONDS,
  },
  unrescue: {
    method: 'unrescue',
    record: 'unrescue',
    event: 'compute_unrescue_instance',
    vmStates: ['rescued'],
    taskStates: IDLE,
    taskState: 'unrescuing',
    ends: 'active',
    fails: 'told',
    withSpec: true,
  },
} as const satisfies Record<string, InstanceAction>;
