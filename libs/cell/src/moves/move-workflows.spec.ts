import { describe, it } from 'vitest';
import type { Flavor, Move } from '#contracts';
import { PowerState, shapeOf } from '#domain';
import { sampleMove } from '#simulation';
import { describeWorkflow } from '#workflow';
import type { MoveSettings } from '../cell.js';
import { deleteMovedInstance } from '../delete-instance.workflow.js';
import { ACTIVE, CLAIMED, InstanceWorld, SHAPE, SPEC, UUID } from '../instance-world.fixture.js';
import type { HostRow, InstanceRow } from '../rows.js';
import { confirmMove, revertMove } from './end-move.workflows.js';
import { moveInstance } from './move-instance.workflow.js';

const LARGE: Flavor = { ...SPEC.flavor, flavorId: '2', name: 'm1.large', vcpus: 2, memoryMb: 2048 };
const LARGER = shapeOf(LARGE);
const MOVE = sampleMove('00000000-0000-4000-8000-0000000000aa', {
  status: 'pre-migrating',
  requestId: 'req-1',
  sourceHost: 'h1',
  sourceNode: 'h1',
  oldFlavor: SPEC.flavor,
  newFlavor: LARGE,
});
const FINISHED: Move = { ...MOVE, status: 'finished', destHost: 'h2', destNode: 'h2', epoch: 2, held: SHAPE };
const RESIZED = {
  ...ACTIVE,
  host: 'h2',
  node: 'h2',
  vmState: 'resized',
  claim: LARGER,
  move: FINISHED,
  placedEpoch: 2,
  highestEpoch: 2,
} as const;
const BOTH = { h1: CLAIMED, h2: { used: LARGER, claims: 1 } };

abstract class MoveWorld extends InstanceWorld {
  constructor(instance: Partial<InstanceRow>, hosts: Record<string, Partial<HostRow>>, moves: Partial<MoveSettings> = {}) {
    super(instance, hosts, moves);
    this.guests.set('h1', { power: PowerState.RUNNING });
  }

  protected checkFlavor(flavor: Flavor): void {
    const { spec } = this.database.requestSpecs.get(UUID)!;
    this.check(`its order says ${flavor.name}`, spec.flavor.flavorId === flavor.flavorId);
  }

  /** Where it was, as it was. */
  protected checkHome(status: Move['status']): void {
    this.checkClaims(1);
    const { host, vmState, taskState, move } = this.instance;
    this.check('it is active where it was', host === 'h1' && vmState === 'active' && taskState === null);
    this.check('its guest runs there, and nothing of it is elsewhere', this.power('h1') === PowerState.RUNNING && this.guests.size === 1);
    this.check(`the move is ${status}`, move?.status === status);
    this.checkFlavor(SPEC.flavor);
  }
}

class ResizeWorld extends MoveWorld {
  constructor(hosts: Record<string, Partial<HostRow>> = { h1: CLAIMED, h2: {} }, moves: Partial<MoveSettings> = {}) {
    super({ ...ACTIVE, move: MOVE }, hosts, moves);
  }
  checkSucceeded(): void {
    this.checkClaims(2);
    const { host, vmState, taskState, move } = this.instance;
    this.check('it waits on the other host', host === 'h2' && vmState === 'resized' && taskState === null && move?.status === 'finished');
    this.check('its guest runs there', this.power('h2') === PowerState.RUNNING);
    this.check('what it was made from is put aside', this.guests.get('h1')?.aside === true);
    this.checkFlavor(LARGE);
  }
  checkClean(): void {
    this.checkHome('error');
  }
}

class ResizeInPlaceWorld extends ResizeWorld {
  constructor() {
    super({ h1: CLAIMED }, { allowResizeToSameHost: true });
  }
  override checkSucceeded(): void {
    this.checkClaims(2);
    this.check('it waits where it was', this.instance.host === 'h1' && this.instance.vmState === 'resized');
    this.check('with what it was made from beneath it', this.guests.get('h1')?.former === true && this.power('h1') === PowerState.RUNNING);
    this.checkFlavor(LARGE);
  }
}

class EndWorld extends MoveWorld {
  constructor() {
    super(RESIZED, BOTH);
    this.database.requestSpecs.put(UUID, { uuid: UUID, spec: { ...SPEC, flavor: LARGE } });
    this.guests.set('h1', { power: PowerState.SHUTDOWN, aside: true });
    this.guests.set('h2', { power: PowerState.RUNNING });
  }
  checkSucceeded(): void {
    this.checkHome('reverted');
  }
  /** There is no way back once it is removed: it waits as before, or an administrator must look. */
  checkClean(): void {
    const { vmState, taskState, move } = this.instance;
    this.check('nothing is being done', taskState === null && (vmState === 'resized' || vmState === 'error'));
    this.checkClaims(move?.status === 'error' ? 1 : 2);
  }
}

class ConfirmWorld extends EndWorld {
  override checkSucceeded(): void {
    this.checkClaims(1);
    const { host, vmState, taskState, move } = this.instance;
    this.check('it is active where it is', host === 'h2' && vmState === 'active' && taskState === null && move?.status === 'confirmed');
    this.check('nothing is left of what it was made from', !this.guests.has('h1') && this.power('h2') === PowerState.RUNNING);
    this.checkFlavor(LARGE);
  }
  override checkClean(): void {
    const { vmState, taskState } = this.instance;
    this.check('it can be confirmed again, or is', (vmState === 'resized' || vmState === 'active') && taskState === null);
    this.checkClaims(vmState === 'resized' ? 2 : 1);
  }
}

class DeleteResizedWorld extends EndWorld {
  override checkSucceeded(): void {
    this.checkClaims(0);
    this.check('no guest is left on either host', this.guests.size === 0);
  }
  override checkClean(): void {
    const claims = this.database.hosts.all().reduce((sum, host) => sum + host.claims, 0);
    this.check('a guest that is left keeps its room', claims >= this.guests.size);
  }
}

describe('to another host', () => {
  describeWorkflow(moveInstance, () => new ResizeWorld(), { describe, it });
});
describe('of what is resized', () => {
  describeWorkflow(confirmMove, () => new ConfirmWorld(), { describe, it });
  describeWorkflow(revertMove, () => new EndWorld(), { describe, it });
  describeWorkflow(deleteMovedInstance, () => new DeleteResizedWorld(), { describe, it });
});
describe('in place', () => {
  describeWorkflow(moveInstance, () => new ResizeInPlaceWorld(), { describe, it });
});
