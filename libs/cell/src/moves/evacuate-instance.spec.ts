import { describe, it } from 'vitest';
import { PowerState, shapeOf } from '#domain';
import { sampleMove } from '#simulation';
import { describeWorkflow } from '#workflow';
import { ACTIVE, CLAIMED, InstanceWorld, SPEC, UUID } from '../instance-world.fixture.js';
import type { InstanceRow } from '../rows.js';
import type { InstanceWorkflowState } from '../workflow-context.js';
import { evacuateInstance } from './evacuate-instance.workflow.js';

const MOVE = sampleMove('00000000-0000-4000-8000-0000000000aa', {
  type: 'evacuation',
  status: 'pre-migrating',
  requestId: 'req-1',
  sourceHost: 'h1',
  sourceNode: 'h1',
  oldFlavor: SPEC.flavor,
  newFlavor: SPEC.flavor,
});

/** The host of an active instance is down. */
class EvacuationWorld extends InstanceWorld {
  constructor() {
    super({ ...ACTIVE, move: MOVE }, { h1: { ...CLAIMED, forcedDown: true }, h2: {} });
    this.guests.set('h1', { power: PowerState.SHUTDOWN });
  }
  override initialState(): InstanceWorkflowState {
    return { uuid: UUID, requestId: 'req-1', evacuation: { image: null, adminPassword: 'new', staysOff: true } };
  }
  checkSucceeded(): void {
    this.checkElsewhere('stopped', PowerState.SHUTDOWN);
    this.check('nothing is left on the lost host', !this.guests.has('h1'));
    this.check('its order says how it was made anew', this.database.requestSpecs.get(UUID)?.spec.adminPassword === 'new');
  }
  /** It is where it was, and says why; or there is no way back. */
  checkClean(): void {
    const { host, vmState } = this.instance;
    if (host === 'h2') this.checkElsewhere(vmState, this.power('h2')!);
    else this.checkHome();
  }

  private checkHome(): void {
    const { host, fault, move, taskState, vmState } = this.instance;
    this.checkClaims(1);
    this.check('nothing is being done', taskState === null && move?.status === 'failed');
    this.check('it says what went wrong', host === 'h1' && vmState === 'error' && fault !== null);
    this.check('its guest is where it was, and nowhere else', this.guests.has('h1') && this.guests.size === 1);
  }

  private checkElsewhere(state: InstanceRow['vmState'], power: number): void {
    this.checkClaims(1);
    const { host, vmState, taskState, move, claim } = this.instance;
    this.check('it is on the other host', host === 'h2' && JSON.stringify(claim) === JSON.stringify(shapeOf(SPEC.flavor)));
    this.check(`it is ${state}`, vmState === state && taskState === null && this.power('h2') === power);
    this.check('the evacuation is done', move?.status === 'done');
  }
}

describeWorkflow(evacuateInstance, () => new EvacuationWorld(), { describe, it });
