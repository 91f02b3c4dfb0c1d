import type { CellPayload, Envelope } from '#contracts';
import { isNewer } from '#domain';
import type { Builds } from '../builds.js';
import { isMute } from '../capacity.js';
import type { Cell } from '../cell.js';
import { faultOf, reportOf } from '../instances.js';
import type { InstanceRow } from '../rows.js';
import type { UnitOfWork } from '../unit-of-work.js';
import type { Upward } from '../upward.js';
import { isGivenBack } from './row-digest.js';

/**
 * The parent does not have an instance as this cell has, and asks how it stands. What was told before is told again; where the parent
 * has a later version (this cell's database was set back), or the same with another task state (a command never arrived), whoever owns
 * the instance tells it as a new generation.
 */
export const retell =
  (cell: Cell, builds: Builds, upward: Upward) =>
  (tx: UnitOfWork, { instanceUuid, version }: CellPayload<'instance.retell'>, received: Envelope): void => {
    const row = tx.instances.get(instanceUuid);
    const { requestId } = received;
    if (!row) cell.sendUp(tx, 'instance.unknown', requestId, { instanceUuid, version });
    else if (row.deletedAt !== null) upward.deleted(tx, instanceUuid, endOf(row), [], requestId);
    else if (isGivenBack(row)) {
      const fault = row.fault ?? faultOf('the build was given back', tx.now);
      upward.rejected(tx, { row, fault, trail: row.placement.trail, events: [], requestId });
    } else if (isNewer(row, version)) upward.state(tx, reportOf(row, row.cellPath ?? cell.path, []), requestId);
    else if (row.nextHop) {
      // The parent will ask again: its questions do not pile up in the queue of a cell that is away.
      const child = tx.children.get(row.nextHop);
      if (child && !isMute(child, tx.now, cell)) cell.forward(tx, row.nextHop, received);
    } else if (version.epoch === row.placedEpoch) builds.tellAnew(tx, { ...row, generation: version.generation }, requestId);
  };

const endOf = (row: InstanceRow) => ({ epoch: Math.max(row.epoch, row.placedEpoch), generation: row.generation });
