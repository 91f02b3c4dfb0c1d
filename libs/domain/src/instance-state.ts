/** Nova's stable states of an instance. Source: nova/compute/vm_states.py. */
export const VM_STATES = [
  'building',
  'active',
  'paused',
  'suspended',
  'stopped',
  'rescued',
  'resized',
  'soft-delete',
  'deleted',
  'error',
  'shelved',
  'shelved_offloaded',
] as const;
export type VmState = (typeof VM_STATES)[number];

/** What is being done to an instance; null when nothing is. Source: nova/compute/task_states.py. */
export const TASK_STATES = [
  'scheduling',
  'networking',
  'block_device_mapping',
  'spawning',
  'image_snapshot_pending',
  'image_snapshot',
  'image_pending_upload',
  'image_uploading',
  'image_backup',
  'updating_password',
  'resize_prep',
  'resize_migrating',
  'resize_migrated',
  'resize_finish',
  'resize_reverting',
  'resize_confirming',
  'reboot_pending',
  'reboot_started',
  'rebooting',
  'reboot_pending_hard',
  'reboot_started_hard',
  'rebooting_hard',
  'pausing',
  'unpausing',
  'suspending',
  'resuming',
  'powering-off',
  'powering-on',
  'rescuing',
  'unrescuing',
  'rebuilding',
  'rebuild_block_device_mapping',
  'rebuild_spawning',
  'migrating',
  'deleting',
  'soft-deleting',
  'restoring',
  'shelving',
  'shelving_image_pending_upload',
  'shelving_image_uploading',
  'shelving_offloading',
  'unshelving',
] as const;
export type TaskState = (typeof TASK_STATES)[number];

/** Nova's numbers for what the hypervisor reports. Source: nova/objects/fields.py, InstancePowerState. */
export const PowerState = { NOSTATE: 0, RUNNING: 1, PAUSED: 3, SHUTDOWN: 4, CRASHED: 6, SUSPENDED: 7 } as const;
export type PowerStateCode = (typeof PowerState)[keyof typeof PowerState];

export const isVmState = (text: string): text is VmState => (VM_STATES as readonly string[]).includes(text);

/** The actions on an instance that change what runs, by Nova's names of instance actions. */
export const POWER_ACTIONS = ['stop', 'start', 'reboot'] as const;
export type PowerAction = (typeof POWER_ACTIONS)[number];

export interface InstanceState {
  readonly vmState: VmState;
  readonly taskState: TaskState | null;
}

interface Guard {
  readonly vmStates: readonly VmState[];
  /** Task states in which the action is still allowed, besides null. */
  readonly taskStates: readonly (TaskState | null)[];
  readonly taskState: TaskState;
  /** Nova's name of the method, as it stands in the conflict's message. */
  readonly method: string;
}

const HARD_REBOOT_TASKS: readonly (TaskState | null)[] = [
  null,
  'rebooting',
  'reboot_pending',
  'reboot_started',
  'rebooting_hard',
  'reboot_pending_hard',
  'reboot_started_hard',
  'resuming',
  'unpausing',
  'pausing',
  'suspending',
];

/** Which action is allowed in which state, and the task state it begins with. Source: facts of nova/compute/api.py. */
export const actionGuards = {
  stop: { vmStates: ['active', 'error'], taskStates: [null], taskState: 'powering-off', method: 'stop' },
  start: { vmStates: ['stopped'], taskStates: [null], taskState: 'powering-on', method: 'start' },
  rebootSoft: { vmStates: ['active'], taskStates: [null], taskState: 'rebooting', method: 'reboot' },
  rebootHard: {
    vmStates: ['active', 'stopped', 'paused', 'suspended', 'error'],
    taskStates: HARD_REBOOT_TASKS,
    taskState: 'rebooting_hard',
    method: 'reboot',
  },
} as const satisfies Record<string, Guard>;
export type GuardedAction = keyof typeof actionGuards;

/**
 * Why the action is not allowed now, in Nova's words, or undefined when it is.
 * @param uuid stands in the message only.
 */
export const whyNot = (action: GuardedAction, uuid: string, state: InstanceState): string | undefined => {
  const guard: Guard = actionGuards[action];
  if (!guard.vmStates.includes(state.vmState)) return `Cannot '${guard.method}' instance ${uuid} while it is in vm_state ${state.vmState}`;
  if (!guard.taskStates.includes(state.taskState))
    return `Cannot '${guard.method}' instance ${uuid} while it is in task_state ${state.taskState}`;
  return undefined;
};
