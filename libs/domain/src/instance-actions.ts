import { deferredDeleteActions } from './deferred-delete-actions.js';
import { imageActions } from './image-actions.js';
import { type ActionRule, IDLE, type InstanceAction } from './instance-action.js';
import { type InstanceState, PowerState, type PowerStateCode, type TaskState, type VmState } from './instance-state.js';
import { shelveActions } from './shelve-actions.js';

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

/** What users have done with an instance by the cell that has it; nearly all of it by its host, on the guest that it has. Source: facts of nova/compute/api.py and manager.py. */
export const guestActions = {
  ...imageActions,
  ...shelveActions,
  ...deferredDeleteActions,
  stop: {
    method: 'stop',
    record: 'stop',
    event: 'compute_stop_instance',
    vmStates: ['active', 'error'],
    taskStates: IDLE,
    taskState: 'powering-off',
    ends: 'stopped',
  },
  start: {
    method: 'start',
    record: 'start',
    event: 'compute_start_instance',
    vmStates: ['stopped'],
    taskStates: IDLE,
    taskState: 'powering-on',
    ends: 'active',
  },
  rebootSoft: {
    method: 'reboot',
    record: 'reboot',
    event: 'compute_reboot_instance',
    vmStates: ['active'],
    taskStates: IDLE,
    taskState: 'rebooting',
    taskStateOnHost: 'reboot_pending',
    ends: 'active',
    fails: 'told, and off',
  },
  rebootHard: {
    method: 'reboot',
    record: 'reboot',
    event: 'compute_reboot_instance',
    vmStates: ['active', 'stopped', 'paused', 'suspended', 'error'],
    taskStates: HARD_REBOOT_TASKS,
    taskState: 'rebooting_hard',
    taskStateOnHost: 'reboot_pending_hard',
    ends: 'active',
    fails: 'told, and off',
  },
  pause: {
    method: 'pause',
    record: 'pause',
    event: 'compute_pause_instance',
    vmStates: ['active'],
    taskStates: IDLE,
    taskState: 'pausing',
    ends: 'paused',
  },
  unpause: {
    method: 'unpause',
    record: 'unpause',
    event: 'compute_unpause_instance',
    vmStates: ['paused'],
    taskStates: IDLE,
    taskState: 'unpausing',
    ends: 'active',
  },
  suspend: {
    method: 'suspend',
    record: 'suspend',
    event: 'compute_suspend_instance',
    vmStates: ['active'],
    taskStates: IDLE,
    taskState: 'suspending',
    ends: 'suspended',
    fails: 'told',
  },
  resume: {
    method: 'resume',
    record: 'resume',
    event: 'compute_resume_instance',
    vmStates: ['suspended'],
    taskStates: IDLE,
    taskState: 'resuming',
    ends: 'active',
    fails: 'told',
  },
  setPassword: {
    method: 'changePassword',
    record: 'changePassword',
    event: 'compute_set_admin_password',
    vmStates: ['active'],
    taskStates: IDLE,
    taskState: 'updating_password',
    ends: null,
  },
  crashDump: {
    method: 'trigger_crash_dump',
    record: 'trigger_crash_dump',
    event: 'compute_trigger_crash_dump',
    vmStates: ['active', 'paused', 'rescued', 'resized', 'error'],
    taskStates: IDLE,
    taskState: null,
    ends: null,
  },
} as const satisfies Record<string, InstanceAction>;
export type GuestActionName = keyof typeof guestActions;

/** With the fields that only some actions have. */
export const guestActionOf = (name: GuestActionName): InstanceAction => guestActions[name];

/**
 * Why the action is not allowed now, in Nova's words, or undefined when it is.
 * @param uuid stands in the message only.
 */
export const whyNot = (action: GuestActionName, uuid: string, state: InstanceState): string | undefined =>
  refusal(guestActionOf(action), uuid, state);

/** The same for any rule. */
export const refusal = ({ method, vmStates, taskStates }: ActionRule, uuid: string, state: InstanceState): string | undefined => {
  const { vmState, taskState } = state;
  if (!vmStates.includes(vmState)) return `Cannot '${method}' instance ${uuid} while it is in vm_state ${vmState}`;
  if (taskStates.includes(taskState)) return undefined;
  return taskState === null ? unfit(method, uuid) : `Cannot '${method}' instance ${uuid} while it is in task_state ${taskState}`;
};

/** Where there is no state to name. Source: nova/api/openstack/common.py, raise_http_conflict_for_instance_invalid_state. */
export const unfit = (method: string, uuid: string): string => `Instance ${uuid} is in an invalid state for '${method}'`;

/**
 * What a power state that nobody asked for means for an instance. Only one that is simply on or off follows its guest: that of a
 * suspended or rescued one is no news, and an instance in error stays so until somebody mends it.
 */
export const vmStateFollowing = (powerState: PowerStateCode, former: VmState): VmState => {
  if (former !== 'active' && former !== 'stopped') return former;
  if (powerState === PowerState.RUNNING) return 'active';
  if (powerState === PowerState.SHUTDOWN || powerState === PowerState.CRASHED) return 'stopped';
  return former;
};
