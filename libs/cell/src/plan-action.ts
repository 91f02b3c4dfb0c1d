import type { InstanceOrder } from '#contracts';
import { whyNot } from '#domain';
import { actOnGuest } from './act-on-guest.workflow.js';
import type { InstanceRow } from './rows.js';
import { offloadInstance } from './shelving/offload-instance.workflow.js';
import { unshelveInstance } from './shelving/unshelve-instance.workflow.js';
import type { InstanceWorkflow, InstanceWorkflowState } from './workflow-context.js';

/** The workflow that carries an order out, and the instance as it is when that begins. */
export interface ActionPlan {
  readonly workflow: InstanceWorkflow;
  readonly state: InstanceWorkflowState;
  readonly row: InstanceRow;
}

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
  if (action.name === 'shelveOffload') return { workflow: offloadInstance, state: begun, row };
  return { workflow: actOnGuest, state: { ...begun, action }, row };
};
