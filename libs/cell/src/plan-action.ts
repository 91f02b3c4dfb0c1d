import type { InstanceOrder } from '#contracts';
import { whyNot } from '#domain';
import { actOnGuest } from './act-on-guest.workflow.js';
import { openMove } from './moves/held.js';
import type { InstanceRow, SoftDeleteOrder } from './rows.js';
import { offloadInstance } from './shelving/offload-instance.workflow.js';
import { unshelveInstance } from './shelving/unshelve-instance.workflow.js';
import { restoreInstance, softDeleteInstance, softDeleteMovedInstance } from './soft-delete/soft-delete.workflows.js';
import type { InstanceWorkflow, InstanceWorkflowState } from './workflow-context.js';

/** The workflow that carries an order out, and the instance as it is when that begins. */
export interface ActionPlan {
  readonly workflow: InstanceWorkflow;
  readonly state: InstanceWorkflowState;
  readonly row: InstanceRow;
}

/** What a cell does with an instance that is to be deleted softly. @param isNext it comes after something else */
export const softDeletionOf = (row: InstanceRow, order: SoftDeleteOrder, isNext = false): ActionPlan => ({
  workflow: openMove(row) ? softDeleteMovedInstance : softDeleteInstance,
  state: { uuid: row.uuid, ...order, isNext },
  row,
});

/** What a cell does with an order for an instance that it has, and with which nothing is being done; undefined: nothing, as it stands. */
export const planAction = (row: InstanceRow, action: InstanceOrder, requestId: string): ActionPlan | undefined => {
  const { uuid } = row;
  if (whyNot(action.name, uuid, { ...row, taskState: null })) return undefined;
  const begun = { uuid, requestId };
  if (action.name === 'unshelve' && !row.host) {
    const { image, discard, host } = action;
    // The hosts that failed an earlier placement may do it now.
    const fresh = { ...row, placement: { ...row.placement, triedHosts: [], trail: [] } };
    return image ? { workflow: unshelveInstance, state: { ...begun, unshelving: { image, discard, host } }, row: fresh } : undefined;
  }
  if (!row.host) return undefined;
  switch (action.name) {
    case 'restore':
      return { workflow: restoreInstance, state: begun, row };
    case 'softDelete':
      return softDeletionOf(row, { requestId, reclaimSeconds: action.reclaimSeconds });
    case 'shelveOffload':
      return { workflow: offloadInstance, state: begun, row };
    default:
      return { workflow: actOnGuest, state: { ...begun, action }, row };
  }
};
