import { describe, it } from 'vitest';
import { PowerState } from '#domain';
import { describeWorkflow } from '#workflow';
import { actOnGuest } from './act-on-guest.workflow.js';
import { buildInstance } from './build-instance.workflow.js';
import { deleteInstance } from './delete-instance.workflow.js';
import { ACTIVE, CLAIMED, InstanceWorld, SPEC } from './instance-world.fixture.js';
import type { InstanceWorkflowState } from './workflow-context.js';

class BuildWorld extends InstanceWorld {
  constructor() {
    super({}, { h1: {} });
  }
  checkSucceeded(): void {
    this.checkClaims(1);
    this.check(
      'the instance is active',
      this.instance.vmState === 'active' && this.instance.taskState === null && this.instance.host === 'h1',
    );
    this.check('its guest runs', this.power('h1') === PowerState.RUNNING);
  }
  checkClean(): void {
    this.checkClaims(0);
    this.check('the instance is on no host', this.instance.host === null);
    this.check('no guest is left', this.guests.size === 0);
  }
}

class DeleteWorld extends InstanceWorld {
  constructor() {
    super(ACTIVE, { h1: CLAIMED });
    this.guests.set('h1', { power: PowerState.RUNNING });
  }
  checkSucceeded(): void {
    this.checkClaims(0);
    this.check('no guest is left', this.guests.size === 0);
  }
  /** There is no way back from a deletion. Wherever it ends, room that a guest uses is never given away. */
  checkClean(): void {
    this.check('a guest that is left keeps its room', this.database.hosts.get('h1')!.claims >= this.guests.size);
  }
}

class StopWorld extends InstanceWorld {
  constructor() {
    super(ACTIVE, { h1: CLAIMED });
    this.guests.set('h1', { power: PowerState.RUNNING });
  }
  override initialState(): InstanceWorkflowState {
    return { ...super.initialState(), action: { name: 'stop' } };
  }
  checkSucceeded(): void {
    this.check(
      'the guest is off, and the instance says so',
      this.power('h1') === PowerState.SHUTDOWN && this.instance.vmState === 'stopped',
    );
    this.checkClean();
  }
  /** What the guest really is, the host's next list tells: the instance is free for another try. */
  checkClean(): void {
    this.checkClaims(1);
    this.check('nothing is being done to the instance', this.instance.taskState === null && this.guests.size === 1);
  }
}

class SnapshotWorld extends StopWorld {
  override initialState(): InstanceWorkflowState {
    const link = { url: 'http://images/1', headers: {} };
    const upload = { imageId: '1', format: 'qcow2', put: link, discard: link } as const;
    return { ...super.initialState(), action: { name: 'createImage', upload } };
  }
  override checkSucceeded(): void {
    this.check('the guest runs, as the instance says', this.power('h1') === PowerState.RUNNING && this.instance.vmState === 'active');
    this.checkClean();
  }
}

class RescueWorld extends StopWorld {
  override initialState(): InstanceWorkflowState {
    return { ...super.initialState(), action: { name: 'rescue', image: null, adminPassword: 'secret' } };
  }
  override checkSucceeded(): void {
    this.check('the instance is rescued', this.instance.vmState === 'rescued');
    this.checkClean();
  }
}

class RebuildWorld extends StopWorld {
  override initialState(): InstanceWorkflowState {
    return { ...super.initialState(), action: { name: 'rebuild', spec: SPEC, start: true } };
  }
  override checkSucceeded(): void {
    this.check('the instance runs', this.instance.vmState === 'active' && this.instance.fault === null);
    this.checkClean();
  }
}

describeWorkflow(buildInstance, () => new BuildWorld(), { describe, it });
describeWorkflow(deleteInstance, () => new DeleteWorld(), { describe, it });
describeWorkflow(actOnGuest, () => new StopWorld(), { describe, it });
describeWorkflow(actOnGuest, () => new SnapshotWorld(), { describe, it });
describeWorkflow(actOnGuest, () => new RescueWorld(), { describe, it });
describeWorkflow(actOnGuest, () => new RebuildWorld(), { describe, it });
