import type { BuildSpec } from '#contracts';
import { noHostInCellMessage } from '#scheduling';
import type { StepFailure } from '#workflow';
import type { HostsWanted } from '../near-places.js';
import type { HostRow, InstanceRow } from '../rows.js';
import type { StepContext } from '../workflow-context.js';

/** Where an instance goes next, and the epoch of the guest that is made there: what is on its way from before cannot touch it. */
export type Claimed = { readonly host: HostRow; readonly epoch: number } | { readonly failure: StepFailure };

export interface ClaimOptions {
  /** The order as it is now: the flavor that the claim is for, and the request that asks. */
  readonly spec: BuildSpec;
  /** The hosts of the cell that will do. */
  readonly wanted: HostsWanted;
  /** Nova's name of it in the action log. */
  readonly event: string;
}

/** Nova's names, in the action log, of what comes of a move before a host has anything to do with it. */
export const PLACING_EVENTS = {
  resize: 'conductor_migrate_server',
  migrate: 'conductor_migrate_server',
  liveMigrate: 'conductor_live_migrate_instance',
  evacuate: 'conductor_rebuild_server',
} as const;

/**
 * A new place inside its cell for an instance that exists: takes the room there, beside whatever the instance holds already. The caller
 * writes the claim, and `epoch` as `highestEpoch`, into the row, and gives the room back when what follows fails.
 */
export const claimAnew = (row: InstanceRow, { tx, scheduler, events }: StepContext, { spec, wanted, event }: ClaimOptions): Claimed => {
  const { host, trail } = scheduler.claimHost(tx, row, spec, wanted);
  const placing = { requestId: spec.requestId, event, start: tx.now, finish: tx.now, host: null };
  if (host) {
    events.push({ ...placing, result: 'Success', details: null });
    return { host, epoch: row.highestEpoch + 1 };
  }
  const message = noHostInCellMessage(trail);
  events.push({ ...placing, result: 'Error', details: message });
  return { failure: { kind: 'noValidHost', message } };
};
