import type { ParkedMessage, QueueDepth } from '#contracts';
import { type CellName, CloudError, childPath } from '#domain';
import type { Cell } from '../cell.js';
import type { CellStore, ParkedRow } from '../store.js';
import type { AdminHandlersOf } from './admin-context.js';
import type { AdminParts } from './admin-handlers.js';
import { noSuchCell } from './cell-admin.js';

type Operations = 'parked.list' | 'parked.show' | 'parked.replay' | 'parked.drop' | 'queues.list' | 'cell.compare';

/** What an operator does about messages that were parked, queues that grow, and children that differ. */
export const messageHandlers = ({ cell, store, facts, comparison, inbox }: AdminParts): AdminHandlersOf<Operations> => ({
  'parked.list': async ({ limit, marker }) => {
    if (marker !== undefined) await parkedRow(store, marker);
    return { parked: (await store.listParked(limit, marker)).map(shown) };
  },
  'parked.show': async ({ id }) => {
    const row = await parkedRow(store, id);
    return { ...shown(row), payload: row.envelope.payload };
  },
  'parked.replay': async ({ id }, { operator }) => {
    const reason = await inbox.replay(await parkedRow(store, id));
    cell.log.info('parked message replayed', { messageId: id, applied: reason === null, reason, ...operator });
    return { applied: reason === null, reason };
  },
  'parked.drop': async ({ id }, { operator }) => {
    const { envelope, reason } = await parkedRow(store, id);
    await store.transact({}, ({ work }) => work.unparked.add(id));
    cell.log.warn('parked message dropped', { messageId: id, method: envelope.method, source: envelope.source, reason, ...operator });
    return { dropped: true };
  },

  'queues.list': async () => {
    const { hosts, children } = await store.readCapacity();
    const queues = { children: children.map(child => child.name), hosts: hosts.map(host => host.host) };
    const broker = (await facts.queueDepths?.(queues)) ?? [];
    return { queues: [...broker, ...(await ownQueues(cell, store))] };
  },

  'cell.compare': async ({ child, dryRun, only = {} }, { below }) => {
    if (!(await store.readChildren()).some(row => row.name === child)) throw noSuchCell(childPath(cell.path, child as CellName));
    return comparison.compare(child, below, { dryRun, only });
  },
});

/** @throws CloudError `notFound`: it was replayed or dropped before, or never was. */
const parkedRow = async (store: CellStore, id: string): Promise<ParkedRow> => {
  const row = await store.findParked(id);
  if (!row) throw new CloudError('notFound', `Parked message ${id} could not be found.`);
  return row;
};

const shown = ({ envelope, reason, parkedAt }: ParkedRow): ParkedMessage => {
  const { id, method, source, requestId } = envelope;
  return { id, method, source, requestId, reason, parkedAt };
};

const ownQueues = async (cell: Cell, store: CellStore): Promise<QueueDepth[]> => {
  const now = cell.clock.now();
  const queue = (name: string, messages: number, oldestAt: number | null): QueueDepth => ({
    name,
    messages,
    consumers: null,
    oldestSeconds: oldestAt === null ? null : Math.max(0, Math.round((now - oldestAt) / 1000)),
  });
  const { count, oldestAt } = await store.countParked();
  const outbox = (await store.outboxDepths()).map(depth => queue(`outbox to ${depth.destination}`, depth.frames, depth.oldestAt));
  return [...outbox, queue('parked', count, oldestAt)];
};
