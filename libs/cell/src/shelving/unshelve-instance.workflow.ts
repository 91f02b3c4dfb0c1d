import { PowerState } from '#domain';
import { advance, defineWorkflow } from '#workflow';
import { activateStep } from '../build-instance.workflow.js';
import { instanceOf } from '../instances.js';
import { claimHostStep } from '../steps/claim-host.step.js';
import { spawnGuestAs } from '../steps/spawn-guest.step.js';
import { failureAt, type InstanceStep, type InstanceWorkflow, toldInTheLog } from '../workflow-context.js';

const TASK = { taskState: 'unshelving' } as const;

/**
 * What comes now belongs to a placement of its own, whose epoch nobody had before: a host that had the instance, and destroyed it by
 * order, would otherwise take the new guest for the old one.
 */
const beginAnewStep: InstanceStep = {
  ...TASK,
  run({ uuid }, { tx }) {
    const row = instanceOf(tx, uuid);
    const epoch = row.highestEpoch + 1;
    tx.instances.put({ ...row, placedEpoch: epoch, highestEpoch: epoch });
    return advance();
  },
  undo({ uuid }, { tx }) {
    tx.instances.put({ ...instanceOf(tx, uuid), vmState: 'shelved_offloaded', powerState: PowerState.SHUTDOWN });
  },
};

const claimStep: InstanceStep = {
  ...claimHostStep,
  ...TASK,
  run(state, ctx, turn) {
    const outcome = claimHostStep.run(state, ctx, turn);
    if (outcome.come === 'fail')
      ctx.events.push(failureAt(ctx.tx.now, 'conductor_unshelve_instance', state.requestId, outcome.error.message));
    return outcome;
  },
};

/** How a cell brings an instance back that is kept as an image. When it fails the instance is kept as it was. */
export const unshelveInstance: InstanceWorkflow = defineWorkflow(
  'unshelve-instance',
  1,
  { beginAnew: beginAnewStep, claimHost: claimStep, spawnGuest: spawnGuestAs('compute_unshelve_instance'), activate: activateStep },
  toldInTheLog,
);
