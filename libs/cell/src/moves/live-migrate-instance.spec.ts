import { describe, it } from 'vitest';
import { PowerState } from '#domain';
import { sampleMove } from '#simulation';
import { describeWorkflow } from '#workflow';
import { ACTIVE, CLAIMED, InstanceWorld, SPEC } from '../instance-world.fixture.js';
import { liveMigrateInstance } from './live-migrate-instance.workflow.js';

const MOVE = sampleMove('00000000-0000-4000-8000-0000000000aa', {
  type: 'live-migration',
  status: 'preparing',
  requestId: 'req-1',
  sourceHost: 'h1',
  sourceNode: 'h1',
  oldFlavor: SPEC.flavor,
  newFlavor: SPEC.flavor,
});

class LiveMigrationWorld extends InstanceWorld {
  constructor() {
    super({ ...ACTIVE, move: MOVE }, { h1: CLAIMED, h2: {} });
    this.guests.set('h1', { power: PowerState.RUNNING });
  }
  checkSucceeded(): void {
    this.checkOn('h2', 'completed');
  }
  /** It is where it was, as it was; or it was sent, and there is no way back. */
  checkClean(): void {
    if (this.instance.host === 'h1') this.checkOn('h1', 'error');
    else this.checkArrived();
  }

  private checkArrived(): void {
    this.checkClaims(1);
    const { move, taskState, vmState } = this.instance;
    this.check('the migration is over', move?.status === 'completed' && taskState === null && vmState === 'active');
    this.check('nothing of it is on where it came from', !this.guests.has('h1'));
    this.check('it goes on where it is', this.power('h2') === PowerState.RUNNING);
  }

  private checkOn(wanted: string, status: string): void {
    this.checkClaims(1);
    const { host, vmState, taskState, move } = this.instance;
    this.check(`it is active on ${wanted}`, host === wanted && vmState === 'active' && taskState === null);
    this.check('its guest runs there, and nothing of it is elsewhere', this.power(wanted) === PowerState.RUNNING && this.guests.size === 1);
    this.check(`the migration is ${status}`, move?.status === status);
  }
}

describeWorkflow(liveMigrateInstance, () => new LiveMigrationWorld(), { describe, it });
