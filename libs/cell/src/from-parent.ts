import { type CellCommand, type CellPayload, type Envelope, MAX_HOPS } from '#contracts';
import type { Builds } from './builds.js';
import type { Cell } from './cell.js';
import { retell } from './comparison/retell.js';
import { hostCommands } from './hosts/host-commands.js';
import { orderedInstance, tombstoneOf } from './instances.js';
import { passMove } from './moves/pass-move.js';
import { NO_PLACEMENT } from './rows.js';
import { putLabels, putWanted } from './steps/spec-of.js';
import type { UnitOfWork } from './unit-of-work.js';
import type { Upward } from './upward.js';

export type CommandHandlers = { [M in CellCommand]: (tx: UnitOfWork, payload: CellPayload<M>, received: Envelope) => void };

/** What a cell does when its parent (or, at the root, the API) tells it to. Each may come twice: the second finds its work done. */
export const commandHandlers = (cell: Cell, builds: Builds, upward: Upward): CommandHandlers => ({
  'instance.build': (tx, { spec, epoch }, received) => {
    const known = tx.instances.get(spec.instanceUuid);
    if (known?.deletedAt) {
      // The deletion overtook the order: it ends deleted, here and above.
      upward.deleted(tx, known.uuid, { epoch, generation: 1 }, [], spec.requestId);
      return;
    }
    if (known && known.orderEpoch >= epoch) return;
    const placement = tx.children.all().length ? { ...NO_PLACEMENT, deadline: received.deadline } : NO_PLACEMENT;
    const row = { ...orderedInstance(spec.instanceUuid, epoch, tx.now, spec.group?.uuid ?? null), placement };
    tx.instances.put(row);
    tx.requestSpecs.put({ uuid: row.uuid, spec });
    cell.meter.build('ordered');
    if (received.hops > MAX_HOPS) builds.refuseBuild(tx, row, spec, 'Hops', `the order passed more than ${MAX_HOPS} cells`);
    else if (received.deadline <= tx.now) builds.refuseBuild(tx, row, spec, 'Deadline', 'the order arrived after its deadline');
    else builds.place(tx, row.uuid, spec);
  },

  'instance.delete': (tx, { instanceUuid, epoch, requestId }, received) => {
    const row = tx.instances.get(instanceUuid);
    if (row?.nextHop && !row.deletedAt) {
      tx.instances.put({ ...row, taskState: 'deleting', placement: { ...row.placement, deleteRequest: requestId }, updatedAt: tx.now });
      // With the placement that this cell gave: one without a trace of it answers for that epoch, and the answer counts here.
      cell.forward(tx, row.nextHop, { ...received, payload: { instanceUuid, epoch: Math.max(epoch, row.highestEpoch), requestId } });
      return;
    }
    if (!row || row.deletedAt) {
      const tombstone = row ?? tombstoneOf(orderedInstance(instanceUuid, epoch, tx.now), tx.now);
      if (!row) tx.instances.put(tombstone);
      const version = { epoch: Math.max(epoch, tombstone.epoch), generation: tombstone.generation };
      upward.deleted(tx, instanceUuid, version, [], requestId);
      return;
    }
    builds.remove(tx, row, requestId);
  },

  'instance.recall': (tx, { instanceUuid, epoch }, received) => {
    const row = tx.instances.get(instanceUuid);
    if (!row) {
      // Whoever passed the recall on waits for this to forget it. Should the order come after all, it is recalled again.
      upward.deleted(tx, instanceUuid, { epoch, generation: 0 }, [], received.requestId);
      return;
    }
    if (row.deletedAt || row.orderEpoch > epoch) return;
    if (row.nextHop) cell.forward(tx, row.nextHop, { ...received, payload: { instanceUuid, epoch: row.highestEpoch } });
    else builds.remove(tx, row, received.requestId);
  },

  'instance.action': (tx, order, received) => {
    const row = tx.instances.get(order.instanceUuid);
    if (row && !row.deletedAt) {
      putWanted(tx, order.instanceUuid, order.action);
      putLabels(tx, order.instanceUuid, order.labels);
    }
    if (row?.nextHop) cell.forward(tx, row.nextHop, received);
    // Its time is over: it is not begun, and whoever waits above hears how the instance stands.
    else if (row && !row.deletedAt && received.deadline <= tx.now) builds.refuse(tx, row, order);
    else if (row && !row.deletedAt) builds.act(tx, row, order);
  },

  'instance.move': (tx, payload, received) => {
    const { instanceUuid, order, requestId, labels } = payload;
    const row = tx.instances.get(instanceUuid);
    if (row && !row.deletedAt) putLabels(tx, instanceUuid, labels);
    if (row?.nextHop) passMove(cell, tx, row, received, payload);
    else if (row && !row.deletedAt) builds.move(tx, row, order, requestId, received.deadline <= tx.now);
  },

  'instance.resetState': (tx, { instanceUuid, vmState, requestId }, received) => {
    const row = tx.instances.get(instanceUuid);
    if (row?.nextHop) cell.forward(tx, row.nextHop, received);
    else if (row && !row.deletedAt) builds.resetState(tx, row, vmState, requestId);
  },

  ...hostCommands(cell, upward),

  'instance.retell': retell(cell, builds, upward),

  'globals.update': (tx, globals, received) => {
    if (globals.after > tx.globalsVersion()) return;
    tx.globals.add(globals);
    for (const child of tx.children.all()) cell.forward(tx, child.name, received);
  },
});

/** Instances that a command needs loaded. */
export const instanceOfCommand = (received: Envelope): string | undefined => {
  const payload = received.payload as { instanceUuid?: string; spec?: { instanceUuid: string } };
  return payload.instanceUuid ?? payload.spec?.instanceUuid;
};
