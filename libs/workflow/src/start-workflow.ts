import type { WorkflowRow } from './row.js';
import type { Workflow, WorkflowEvent } from './workflow.js';

/**
 * A row at the first step, due at once: for the caller to store, or to run in the same transaction.
 * @param now ms since 1970
 */
export const startWorkflow = <State, Ctx, Event extends WorkflowEvent>(
  workflow: Workflow<State, Ctx, Event>,
  id: string,
  subject: string,
  state: State,
  now: number,
): WorkflowRow<State> => ({
  id,
  kind: workflow.kind,
  version: workflow.version,
  subject,
  step: workflow.names[0]!,
  direction: 'forward',
  state,
  attempt: 0,
  runAfter: now,
  waitingFor: null,
  error: null,
  done: null,
});
