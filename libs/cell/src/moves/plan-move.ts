import type { ActionEvent, Move, MoveOrder } from '#contracts';
import { MOVE_BEGINNINGS, moveActions, whyNotMove } from '#domain';
import type { InstanceRow } from '../rows.js';
import type { InstanceWorkflow, InstanceWorkflowState } from '../workflow-context.js';
import { PLACING_EVENTS } from './claim-anew.js';
import { confirmMove, revertMove } from './end-move.workflows.js';
import { evacuateInstance } from './evacuate-instance.workflow.js';
import { openMove } from './held.js';
import { liveMigrateInstance } from './live-migrate-instance.workflow.js';
import { moveInstance } from './move-instance.workflow.js';

/** What comes of an order: a workflow on the instance as it is then, or nothing but to tell how it stands. */
export type MovePlan =
  | {
      readonly workflow: InstanceWorkflow;
      readonly row: InstanceRow;
      readonly state: Pick<InstanceWorkflowState, 'wantedHost' | 'evacuation'>;
    }
  | {
      readonly workflow: null;
      readonly row: InstanceRow;
      /** The move that does not begin, for whoever ordered it, and why. */
      readonly refused?: { readonly move: Move; readonly event: ActionEvent };
    };

const WORKFLOWS = { resize: moveInstance, migrate: moveInstance, liveMigrate: liveMigrateInstance, evacuate: evacuateInstance };

export interface Circumstances {
  /** Something else is being done with the instance. */
  readonly isBusy: boolean;
  /** It is being migrated live, which ends when it is evacuated. */
  readonly isMigrating: boolean;
  /** Its host is up, as far as this cell knows. */
  readonly isHostUp: boolean;
  /** The order has come too late. */
  readonly isLate: boolean;
  /** ms since 1970 */
  readonly now: number;
}

export const planMove = (row: InstanceRow, order: MoveOrder, { isBusy, isMigrating, isHostUp, isLate, now }: Circumstances): MovePlan => {
  const open = openMove(row);
  const idle = { ...row, taskState: null };
  if (order.name === 'abortLive' || order.name === 'completeLive') return { workflow: null, row };
  if (order.name !== 'begin') {
    const allowed = !isBusy && !isLate && open && !whyNotMove(order.name, row.uuid, idle);
    return allowed ? { workflow: order.name === 'confirm' ? confirmMove : revertMove, row, state: {} } : { workflow: null, row };
  }
  const { move, host, refusal, evacuation } = order;
  // Delivered again it is under way already, or over.
  if (row.move?.uuid === move.uuid) return { workflow: null, row };
  const action = MOVE_BEGINNINGS[move.type];
  const reason =
    refusal ??
    (isLate ? 'the order came after its deadline' : undefined) ??
    (isBusy || (open && !(evacuation && isMigrating)) || !row.host
      ? `Instance ${row.uuid} is not ready`
      : whyNotMove(action, row.uuid, idle)) ??
    (evacuation && isHostUp ? `Compute service of ${row.host} is still in use.` : undefined) ??
    (action === 'liveMigrate' && !isHostUp ? `Compute service of ${row.host} is unavailable at this time.` : undefined);
  if (reason !== undefined) {
    const refused: Move = { ...move, status: 'error', updatedAt: now };
    const event = { requestId: move.requestId, event: PLACING_EVENTS[action], start: now, finish: now, host: null };
    return {
      workflow: null,
      row: open ? row : { ...row, move: refused },
      refused: { move: refused, event: { ...event, result: 'Error', details: reason } },
    };
  }
  const begun: Move = {
    ...move,
    status: 'pre-migrating',
    sourceHost: row.host,
    sourceNode: row.node,
    formerVmState: row.vmState,
    updatedAt: now,
  };
  return {
    workflow: WORKFLOWS[action],
    row: { ...row, move: begun, taskState: moveActions[action].taskState },
    state: { ...(host !== null && { wantedHost: host }), ...(evacuation && { evacuation }) },
  };
};
