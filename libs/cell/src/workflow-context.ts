import type { ActionEvent, Evacuation, GuestAction, GuestOffer, GuestOutcome, ImageSource, UnwantedImage } from '#contracts';
import { messageOf } from '#domain';
import type { Step, Workflow, WorkflowEvent, WorkflowHooks, WorkflowRow } from '#workflow';
import type { Cell } from './cell.js';
import type { Scheduler } from './placement.js';
import type { UnitOfWork } from './unit-of-work.js';

/** What a workflow on an instance remembers across its waits. */
export interface InstanceWorkflowState {
  readonly uuid: string;
  /** The request that it is done for. */
  requestId: string;
  /** Of the workflow that acts on the guest. */
  readonly action?: GuestAction;
  /** Of the one that brings a shelved instance back. */
  readonly unshelving?: Unshelving;
  /** Of the one that takes a shelved instance off its host: how long it stays there first. */
  readonly stayMs?: number;
  /** Of the one that deletes it softly: how long it can be restored. */
  readonly reclaimSeconds?: number;
  /** Of the same: it begins when something else has ended. */
  readonly isNext?: boolean;
  /** Of the workflow that moves it: the only host that will do. */
  readonly wantedHost?: string;
  /** Of the one that makes it anew elsewhere because its host is down. */
  readonly evacuation?: Evacuation;
  /** What its host offers to the next one. */
  offer?: GuestOffer | null;
  /** Where its host is to send it while it runs. */
  address?: string;
  /** Its user does not want it moved any more. */
  aborted?: boolean;
}

/** What a shelved instance is made of again, and where. */
export interface Unshelving {
  readonly image: ImageSource;
  /** Goes when the guest runs. */
  readonly discard: UnwantedImage | null;
  /** The only host that will do; null: any. */
  readonly host: string | null;
}

/** What its steps work with. */
export interface StepContext {
  readonly cell: Cell;
  readonly scheduler: Scheduler;
  readonly tx: UnitOfWork;
  /** Events of the instance action, told with the next report. */
  readonly events: ActionEvent[];
}

/** A host's answer to a command. Its name holds the command's id, so that the answer to an earlier one is never taken for it. */
export interface OutcomeEvent extends WorkflowEvent {
  readonly outcome: GuestOutcome & { readonly offer?: GuestOffer | null };
  readonly host: string;
}

export type InstanceWorkflow = Workflow<InstanceWorkflowState, StepContext, OutcomeEvent>;
export type InstanceStep = Step<InstanceWorkflowState, StepContext, OutcomeEvent>;
export type AnyWorkflowRow = WorkflowRow<InstanceWorkflowState>;

export const outcomeOf = (commandId: string): string => `outcome of ${commandId}`;

/** How the action log tells what a host did. */
export const eventOf = (name: string, { outcome, host }: OutcomeEvent): ActionEvent => ({
  requestId: outcome.requestId,
  event: name,
  start: outcome.startedAt,
  finish: outcome.finishedAt,
  result: outcome.error ? 'Error' : 'Success',
  details: outcome.error?.message ?? null,
  host,
});

/** How the action log tells what a cell itself could not do. */
export const failureAt = (now: number, event: string, requestId: string, details: string): ActionEvent => ({
  requestId,
  event,
  start: now,
  finish: now,
  result: 'Error',
  details,
  host: null,
});

/** What an operator reads of a workflow that does not go as it should. */
export const toldInTheLog: WorkflowHooks<InstanceWorkflowState, StepContext> = {
  onFailure: ({ kind, step, direction, attempt, subject, state }, error, { cell }) =>
    cell.log.warn('step failed', {
      workflow: kind,
      step,
      direction,
      attempt,
      instanceUuid: subject,
      requestId: state.requestId,
      reason: messageOf(error),
    }),
  onStuck: ({ kind, step, subject, state }, failure, { cell }) =>
    cell.log.error('undo is stuck', { workflow: kind, step, instanceUuid: subject, requestId: state.requestId, reason: failure.message }),
};
