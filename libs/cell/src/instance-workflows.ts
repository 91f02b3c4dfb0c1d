import { CloudError } from '#domain';
import { actOnGuest } from './act-on-guest.workflow.js';
import { buildInstance } from './build-instance.workflow.js';
import { deleteInstance, deleteMovedInstance } from './delete-instance.workflow.js';
import { confirmMove, revertMove } from './moves/end-move.workflows.js';
import { evacuateInstance } from './moves/evacuate-instance.workflow.js';
import { liveMigrateInstance } from './moves/live-migrate-instance.workflow.js';
import { moveInstance } from './moves/move-instance.workflow.js';
import { offloadInstance, onlyStays } from './shelving/offload-instance.workflow.js';
import { unshelveInstance } from './shelving/unshelve-instance.workflow.js';
import {
  awaitReclaim,
  onlyAwaitsReclaim,
  restoreInstance,
  softDeleteInstance,
  softDeleteMovedInstance,
} from './soft-delete/soft-delete.workflows.js';
import type { AnyWorkflowRow, InstanceWorkflow } from './workflow-context.js';

/** All that can be going on with an instance, by kind. */
const WORKFLOWS: Readonly<Record<string, InstanceWorkflow>> = Object.fromEntries(
  [
    buildInstance,
    deleteInstance,
    deleteMovedInstance,
    actOnGuest,
    offloadInstance,
    unshelveInstance,
    moveInstance,
    confirmMove,
    revertMove,
    evacuateInstance,
    liveMigrateInstance,
    softDeleteInstance,
    softDeleteMovedInstance,
    awaitReclaim,
    restoreInstance,
  ].map(workflow => [workflow.kind, workflow]),
);

/** A host's answer to what is being done with the guest is all that it waits for, or nothing is being done yet. */
export const canBeLeft = (workflow: AnyWorkflowRow): boolean => workflow.kind === actOnGuest.kind || !isBusy(workflow);

/** Something is being done with an instance, rather than waited for its time. */
export const isBusy = (workflow: AnyWorkflowRow | undefined): boolean =>
  workflow !== undefined && !onlyStays(workflow) && !onlyAwaitsReclaim(workflow);

/** @throws CloudError `internal` for a row of a kind that this release does not have. */
export const definitionOf = (row: AnyWorkflowRow): InstanceWorkflow => {
  const definition = WORKFLOWS[row.kind];
  if (!definition) throw new CloudError('internal', `there is no workflow '${row.kind}'`);
  return definition;
};
