import { describe, it } from 'vitest';
import { PowerState } from '#domain';
import { describeWorkflow } from '#workflow';
import { ACTIVE, CLAIMED, InstanceWorld, NOW } from '../instance-world.fixture.js';
import type { InstanceRow } from '../rows.js';
import type { InstanceWorkflowState } from '../workflow-context.js';
import { awaitReclaim, restoreInstance, softDeleteInstance } from './soft-delete.workflows.js';

const KEPT = {
  ...ACTIVE,
  vmState: 'soft-delete',
  powerState: PowerState.SHUTDOWN,
  placement: { triedCells: [], triedHosts: [], trail: [], softDeleted: { formerVmState: 'active', reclaimAt: NOW } },
} as const;

/** Whatever becomes of it, the guest stays where it is, with its room. */
abstract class KeptWorld extends InstanceWorld {
  constructor(instance: Partial<InstanceRow>, power: typeof PowerState.RUNNING | typeof PowerState.SHUTDOWN) {
    super(instance, { h1: CLAIMED });
    this.guests.set('h1', { power });
  }
  checkClean(): void {
    this.checkClaims(1);
    this.check('nothing is being done to it', this.instance.taskState === null && this.guests.size === 1);
  }
}

class SoftDeleteWorld extends KeptWorld {
  constructor() {
    super(ACTIVE, PowerState.RUNNING);
  }
  override initialState(): InstanceWorkflowState {
    return { ...super.initialState(), reclaimSeconds: 60 };
  }
  checkSucceeded(): void {
    this.check('it can be restored', this.instance.vmState === 'soft-delete' && this.instance.placement.softDeleted !== undefined);
    super.checkClean();
  }
  override checkClean(): void {
    this.check('it is not deleted', this.instance.vmState === 'active' && this.instance.placement.softDeleted === undefined);
    super.checkClean();
  }
}

class RestoreWorld extends KeptWorld {
  constructor() {
    super(KEPT, PowerState.SHUTDOWN);
  }
  checkSucceeded(): void {
    this.check('it runs', this.instance.vmState === 'active' && this.power('h1') === PowerState.RUNNING);
    this.check('it is as if it had never been deleted', this.instance.placement.softDeleted === undefined);
    this.checkClean();
  }
}

class ReclaimWorld extends KeptWorld {
  constructor() {
    super(KEPT, PowerState.SHUTDOWN);
  }
  checkSucceeded(): void {
    this.check('it waits to be deleted', this.instance.vmState === 'soft-delete');
    this.checkClean();
  }
}

describeWorkflow(softDeleteInstance, () => new SoftDeleteWorld(), { describe, it });
describeWorkflow(restoreInstance, () => new RestoreWorld(), { describe, it });
describeWorkflow(awaitReclaim, () => new ReclaimWorld(), { describe, it });
