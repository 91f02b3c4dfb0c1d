import type { TaskState, VmState } from './instance-state.js';

/** When something may be done with an instance, and what it is shown as meanwhile. */
export interface ActionRule {
  /** Nova's name of the method, as it stands in the conflict's message. */
  readonly method: string;
  readonly vmStates: readonly VmState[];
  /** Task states in which the action is allowed. */
  readonly taskStates: readonly (TaskState | null)[];
  /** What it is shown as while it is done; null where Nova shows nothing. */
  readonly taskState: TaskState | null;
}

/** All that Canopy knows of one action on an instance, in one entry. */
export interface InstanceAction extends ActionRule {
  /** Nova's name of the action in the action log, and of its event. */
  readonly record: string;
  readonly event: string;
  /** What it is shown as from when a host has been told; as before when left out. */
  readonly taskStateOnHost?: TaskState;
  /** The vm state that it ends in; null when it stays as it was. */
  readonly ends: VmState | null;
  /** When a failure leaves the instance in error; it is as the guest is when left out. */
  readonly fails?: Failing;
  /** The guest is turned off on the way: an instance whose host fails may be off, and nothing else, whatever it was. */
  readonly turnsOff?: true;
  /** The host needs to know how the instance was ordered. */
  readonly withSpec?: true;
  /** A lock on the instance is no hindrance. */
  readonly lockedToo?: true;
  /** How long a host may take; as long as any command when left out. */
  readonly limitSeconds?: number;
}

/** `told`: the host tried, and says that it failed. `told, and off`: and the guest does not run. `always`: also when it does not answer. */
export type Failing = 'told' | 'told, and off' | 'always';

/** Nothing is being done to it. */
export const IDLE: readonly (TaskState | null)[] = [null];
