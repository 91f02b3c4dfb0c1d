import { MOVE_BEGINNINGS, shapeOf } from '#domain';
import { advance, fail } from '#workflow';
import { faultOf } from '../instances.js';
import { specOf } from '../steps/spec-of.js';
import type { InstanceStep } from '../workflow-context.js';
import { claimAnew, PLACING_EVENTS } from './claim-anew.js';
import { movingInstance, putMove } from './move-steps.js';

/** Picks another host of the cell and takes its room, beside what the instance holds where it is. */
export const claimDestinationStep: InstanceStep = {
  run({ uuid, wantedHost }, ctx) {
    const { tx, cell } = ctx;
    const { row, move } = movingInstance(tx, uuid);
    // Run again, it finds its work done.
    if (move.held) return advance();
    const spec = { ...specOf(tx, uuid), requestId: move.requestId, flavor: move.newFlavor };
    const staysPossible = move.type === 'resize' && cell.moves.allowResizeToSameHost;
    const type = tx.hosts.get(row.host ?? '')?.hypervisorType;
    const isAlike = (host: string) => move.type !== 'live-migration' || tx.hosts.get(host)?.hypervisorType === type;
    const willDo = (host: string) => (wantedHost === undefined ? staysPossible || host !== row.host : host === wantedHost) && isAlike(host);
    const wanted = { among: willDo, asked: wantedHost === undefined ? null : ('named' as const) };
    const claimed = claimAnew(row, ctx, { spec, wanted, event: PLACING_EVENTS[MOVE_BEGINNINGS[move.type]] });
    if ('failure' in claimed) return fail(claimed.failure);
    const { host, epoch } = claimed;
    const change = { destHost: host.host, destNode: host.node, held: shapeOf(spec.flavor), epoch, status: 'pre-migrating' } as const;
    putMove(tx, row, change, { highestEpoch: epoch });
    return advance();
  },
  /** The instance is as it was, and says why it did not move. */
  undo({ uuid }, { tx, scheduler }, { error }) {
    const { row, move } = movingInstance(tx, uuid);
    scheduler.release(tx, move.destHost, move.held);
    const fault = error ? faultOf(error.message, tx.now) : row.fault;
    putMove(tx, row, { held: null, status: 'error' }, { vmState: move.formerVmState, taskState: null, fault });
  },
};
