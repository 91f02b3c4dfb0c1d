import { describe, expect, it } from 'vitest';
import { vmStateFollowing, whyNot } from './instance-actions.js';
import { PowerState, TASK_STATES, VM_STATES } from './instance-state.js';
import { serverStatus, statesOfStatus } from './server-status.js';

describe('guards of actions', () => {
  it('refuse in the words of Nova', () => {
    expect(whyNot('stop', 'u', { vmState: 'stopped', taskState: null })).toBe("Cannot 'stop' instance u while it is in vm_state stopped");
    expect(whyNot('stop', 'u', { vmState: 'active', taskState: 'rebooting' })).toBe(
      "Cannot 'stop' instance u while it is in task_state rebooting",
    );
  });

  it('let through what the state allows', () => {
    expect(whyNot('stop', 'u', { vmState: 'error', taskState: null })).toBeUndefined();
    expect(whyNot('start', 'u', { vmState: 'stopped', taskState: null })).toBeUndefined();
  });

  it('allow a hard reboot where a soft one hangs, and not the other way round', () => {
    const hanging = { vmState: 'active', taskState: 'rebooting' } as const;
    expect(whyNot('rebootHard', 'u', hanging)).toBeUndefined();
    expect(whyNot('rebootSoft', 'u', hanging)).toContain('task_state rebooting');
  });
});

describe('the vm state of a guest that changed by itself', () => {
  it('follows it where it was simply on or off', () => {
    expect(vmStateFollowing(PowerState.SHUTDOWN, 'active')).toBe('stopped');
    expect(vmStateFollowing(PowerState.CRASHED, 'active')).toBe('stopped');
    expect(vmStateFollowing(PowerState.RUNNING, 'stopped')).toBe('active');
    expect(vmStateFollowing(PowerState.PAUSED, 'active')).toBe('active');
  });

  it('stays what the user made it', () => {
    expect(vmStateFollowing(PowerState.SHUTDOWN, 'suspended')).toBe('suspended');
    expect(vmStateFollowing(PowerState.RUNNING, 'rescued')).toBe('rescued');
    expect(vmStateFollowing(PowerState.RUNNING, 'error')).toBe('error');
  });
});

describe('status of a server', () => {
  it('is that of its vm state unless its task decides otherwise', () => {
    expect(serverStatus({ vmState: 'active', taskState: null })).toBe('ACTIVE');
    expect(serverStatus({ vmState: 'active', taskState: 'rebooting_hard' })).toBe('HARD_REBOOT');
    expect(serverStatus({ vmState: 'building', taskState: 'spawning' })).toBe('BUILD');
    expect(serverStatus({ vmState: 'active', taskState: 'deleting' })).toBe('ACTIVE');
  });

  it('leads back to every state that shows it', () => {
    for (const vmState of VM_STATES) {
      for (const taskState of [null, ...TASK_STATES]) {
        const matches = statesOfStatus(serverStatus({ vmState, taskState }));
        expect(
          matches.some(
            match => match.vmState === vmState && (!match.taskStates || (taskState !== null && match.taskStates.includes(taskState))),
          ),
        ).toBe(true);
      }
    }
    expect(statesOfStatus('NO SUCH')).toEqual([]);
  });
});
