import { shapeOf } from '#domain';
import { noHostInCellMessage, noValidHostMessage } from '#scheduling';
import { advance, fail } from '#workflow';
import { instanceOf } from '../instances.js';
import { askedAmongHosts, type HostsWanted } from '../near-places.js';
import { withTrail } from '../placement.js';
import type { InstanceStep } from '../workflow-context.js';
import { specOf } from './spec-of.js';

/** A choice among one host, when one is named. */
const onlyOn = (wanted: string | null): HostsWanted => (wanted === null ? {} : { among: host => host === wanted, asked: 'named' });

/** Picks a host and takes its room, in one compare-and-set with whatever else this transaction claims there. */
export const claimHostStep: InstanceStep = {
  taskState: 'scheduling',
  run({ uuid, unshelving }, { tx, scheduler, cell }) {
    const row = instanceOf(tx, uuid);
    // Run again, it finds its work done: a second claim would never be given back.
    if (row.claim) return advance();
    const spec = specOf(tx, uuid);
    const { host, trail } = scheduler.claimHost(tx, row, spec, unshelving ? onlyOn(unshelving.host) : askedAmongHosts(cell.path, spec));
    if (!host) {
      tx.instances.put({ ...row, placement: withTrail(row.placement, trail) });
      return fail({ kind: 'noValidHost', message: unshelving ? noHostInCellMessage(trail) : noValidHostMessage(trail) });
    }
    tx.instances.put({ ...row, host: host.host, node: host.node, cellPath: cell.path, claim: shapeOf(spec.flavor) });
    return advance();
  },
  undo({ uuid }, { tx, scheduler }) {
    const row = instanceOf(tx, uuid);
    scheduler.releaseHost(tx, row);
    tx.instances.put({ ...row, host: null, node: null, claim: null });
  },
};
