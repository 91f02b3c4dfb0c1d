import { expect, it } from 'vitest';
import { type GuestActionName, guestActionOf, whyNot } from './instance-actions.js';
import { type MoveActionName, moveActions, whyNotMove } from './instance-moves.js';
import { type InstanceState, TASK_STATES, VM_STATES, type VmState } from './instance-state.js';

const SAVED: readonly VmState[] = ['active', 'stopped', 'paused', 'suspended'];
const BOOTABLE: readonly VmState[] = ['active', 'stopped', 'error'];

/** What Nova calls each action in a conflict, and where it allows it. Source: nova/compute/api.py and nova/api/openstack/compute. */
const GUEST_ACTIONS: [GuestActionName, string, readonly VmState[]][] = [
  ['stop', 'stop', ['active', 'error']],
  ['start', 'start', ['stopped']],
  ['rebootSoft', 'reboot', ['active']],
  ['rebootHard', 'reboot', [...SAVED, 'error']],
  ['pause', 'pause', ['active']],
  ['unpause', 'unpause', ['paused']],
  ['suspend', 'suspend', ['active']],
  ['resume', 'resume', ['suspended']],
  ['setPassword', 'changePassword', ['active']],
  ['crashDump', 'trigger_crash_dump', ['active', 'paused', 'rescued', 'resized', 'error']],
  ['createImage', 'createImage', SAVED],
  ['createBackup', 'createBackup', SAVED],
  ['rebuild', 'rebuild', BOOTABLE],
  ['rescue', 'rescue', BOOTABLE],
  ['unrescue', 'unrescue', ['rescued']],
  ['shelve', 'shelve', SAVED],
  ['shelveOffload', 'shelveOffload', ['shelved']],
  ['unshelve', 'unshelve', ['shelved', 'shelved_offloaded']],
  ['restore', 'restore', ['soft-delete']],
];
const MOVES: [MoveActionName, string, readonly VmState[]][] = [
  ['resize', 'resize', ['active', 'stopped']],
  ['migrate', 'migrate', ['active', 'stopped']],
  ['confirm', 'confirmResize', ['resized']],
  ['revert', 'revertResize', ['resized']],
  ['liveMigrate', 'os-migrateLive', ['active', 'paused']],
  ['evacuate', 'evacuate', BOOTABLE],
];

type ReasonIn = (state: InstanceState) => string | undefined;
const RULES: [string, ReasonIn, string, readonly VmState[]][] = [
  ...GUEST_ACTIONS.map(([name, ...rule]): (typeof RULES)[number] => [name, state => whyNot(name, 'u', state), ...rule]),
  ...MOVES.map(([name, ...rule]): (typeof RULES)[number] => [name, state => whyNotMove(name, 'u', state), ...rule]),
];

it.each(RULES)('%s is allowed in the states of Nova, and refused in its words elsewhere', (_name, reasonIn, word, allowed) => {
  for (const vmState of VM_STATES) {
    const words = allowed.includes(vmState) ? undefined : `Cannot '${word}' instance u while it is in vm_state ${vmState}`;
    expect(reasonIn({ vmState, taskState: null })).toBe(words);
  }
});

const ALONE = RULES.filter(([name]) => name !== 'rebootHard' && name !== 'evacuate');

it.each(ALONE)('%s is refused while anything is being done', (_name, reasonIn, word, [vmState = 'active']) => {
  for (const taskState of TASK_STATES) {
    expect(reasonIn({ vmState, taskState })).toBe(`Cannot '${word}' instance u while it is in task_state ${taskState}`);
  }
});

it('a hard reboot comes beside whatever may hang with its guest, an evacuation beside what a host is lost with', () => {
  const allowed = (action: (state: InstanceState) => string | undefined) =>
    TASK_STATES.filter(taskState => action({ vmState: 'active', taskState }) === undefined);
  const beside = allowed(state => whyNot('rebootHard', 'u', state));
  expect(beside).toEqual(expect.arrayContaining(['rebooting', 'reboot_started', 'reboot_pending_hard', 'suspending', 'resuming']));
  for (const taskState of ['deleting', 'rebuilding', 'image_snapshot', 'powering-off', 'migrating'])
    expect(beside).not.toContain(taskState);
  const lost = allowed(state => whyNotMove('evacuate', 'u', state));
  expect(lost).toEqual(expect.arrayContaining(['migrating', 'rebooting', 'image_uploading', 'powering-off', 'rebuilding']));
  for (const taskState of ['deleting', 'spawning', 'resize_finish']) expect(lost).not.toContain(taskState);
});

it('a live migration is aborted or completed while the server migrates; else there is no state to name', () => {
  const idle = { vmState: 'active', taskState: null } as const;
  for (const action of ['abortLive', 'completeLive'] as const) {
    expect(whyNotMove(action, 'u', { ...idle, taskState: 'migrating' })).toBeUndefined();
    expect(whyNotMove(action, 'u', idle)).toBe(`Instance u is in an invalid state for '${moveActions[action].method}'`);
  }
  expect(whyNotMove('completeLive', 'u', { ...idle, vmState: 'paused' })).toContain('vm_state paused');
  expect(whyNotMove('abortLive', 'u', { vmState: 'paused', taskState: 'migrating' })).toBeUndefined();
});

it('a deletion that can be taken back is refused in no task state', () => {
  for (const taskState of [null, ...TASK_STATES]) expect(whyNot('softDelete', 'u', { vmState: 'active', taskState })).toBeUndefined();
  expect(guestActionOf('softDelete').record).toBe('delete');
});
