import { describe, it } from 'vitest';
import { PowerState } from '#domain';
import { describeWorkflow } from '#workflow';
import { ACTIVE, CLAIMED, InstanceWorld } from '../instance-world.fixture.js';
import type { InstanceWorkflowState } from '../workflow-context.js';
import { offloadInstance } from './offload-instance.workflow.js';
import { IMAGE } from './shelved-image.fixture.js';
import { unshelveInstance } from './unshelve-instance.workflow.js';

const SHELVED = { ...ACTIVE, vmState: 'shelved', powerState: PowerState.SHUTDOWN } as const;
const OFFLOADED = { ...SHELVED, vmState: 'shelved_offloaded', host: null, node: null, claim: null } as const;

/** A shelved instance that leaves its host. */
class OffloadWorld extends InstanceWorld {
  constructor() {
    super(SHELVED, { h1: CLAIMED });
    this.guests.set('h1', { power: PowerState.SHUTDOWN });
  }
  checkSucceeded(): void {
    this.checkClaims(0);
    const { vmState, taskState, host } = this.instance;
    this.check('its image is all that there is', vmState === 'shelved_offloaded' && taskState === null && host === null);
    this.check('no guest is left', this.guests.size === 0);
  }
  /** It stays shelved, and may be ordered away again: room that a guest uses is never given away. */
  checkClean(): void {
    const { taskState } = this.instance;
    this.check('nothing is being done to it', taskState === null);
    this.check('a guest that is left keeps its room', this.database.hosts.get('h1')!.claims >= this.guests.size);
  }
}

/** One that is kept as an image, and comes back. */
class UnshelveWorld extends InstanceWorld {
  constructor() {
    super(OFFLOADED, { h1: {} });
  }
  override initialState(): InstanceWorkflowState {
    return { ...super.initialState(), unshelving: { image: IMAGE, discard: null, host: null } };
  }
  checkSucceeded(): void {
    this.checkClaims(1);
    const { vmState, taskState, host } = this.instance;
    this.check('it runs', vmState === 'active' && taskState === null && host === 'h1' && this.power('h1') === PowerState.RUNNING);
  }
  checkClean(): void {
    this.checkClaims(0);
    const { vmState, host } = this.instance;
    this.check('it is kept as an image, on no host', vmState === 'shelved_offloaded' && host === null && this.guests.size === 0);
  }
}

describeWorkflow(offloadInstance, () => new OffloadWorld(), { describe, it });
describeWorkflow(unshelveInstance, () => new UnshelveWorld(), { describe, it });
