import { z } from 'zod';
import type { ParkedMessage } from '#contracts';
import type { CellPath } from '#domain';
import { type AdminCall, type AdminRoute, adminRoute } from './admin-route.js';
import { namedCell } from './cell-names.js';
import { asked } from './cells.routes.js';
import { PAGING } from './paging.js';

const CELL = { cell: z.string().max(255) };
const MAX_PAGE = 1000;

/** What waits in the queues of a cell, and the messages that it could not handle. `cell` is the one that is asked when left out. */
export const messageRoutes: readonly AdminRoute[] = [
  adminRoute({
    method: 'GET',
    path: '/os-cells/queues',
    rule: 'os-cells',
    query: CELL,
    handle: async call => {
      const cell = cellOf(call);
      const { queues } = await asked(call, cell, 'queues.list', {});
      return {
        queues: queues.map(({ name, messages, consumers, oldestSeconds }) => ({
          cell,
          name,
          messages,
          consumers,
          oldest_seconds: oldestSeconds,
        })),
      };
    },
  }),
  adminRoute({
    method: 'GET',
    path: '/os-cells/parked',
    rule: 'os-cells',
    query: { ...CELL, ...PAGING },
    handle: async call => {
      const cell = cellOf(call);
      const { limit, marker } = call.query;
      const page = Math.min(Number(limit) || MAX_PAGE, MAX_PAGE);
      const { parked } = await asked(call, cell, 'parked.list', { limit: page, ...(marker ? { marker } : {}) });
      return { parked: parked.map(message => viewOf(cell, message)) };
    },
  }),
  adminRoute({
    method: 'GET',
    path: '/os-cells/parked/:id',
    rule: 'os-cells',
    query: CELL,
    handle: async call => {
      const cell = cellOf(call);
      const message = await asked(call, cell, 'parked.show', { id: call.params.id ?? '' });
      return { parked: { ...viewOf(cell, message), payload: message.payload } };
    },
  }),
  adminRoute({
    method: 'POST',
    path: '/os-cells/parked/:id/replay',
    rule: 'os-cells:update',
    query: CELL,
    handle: call => asked(call, cellOf(call), 'parked.replay', { id: call.params.id ?? '' }),
  }),
  adminRoute({
    method: 'DELETE',
    path: '/os-cells/parked/:id',
    rule: 'os-cells:delete',
    query: CELL,
    handle: call => asked(call, cellOf(call), 'parked.drop', { id: call.params.id ?? '' }),
  }),
];

const cellOf = ({ door, query }: AdminCall): CellPath => (query.cell ? namedCell(door.path, query.cell) : door.path);

const viewOf = (cell: CellPath, { id, method, source, requestId, reason, parkedAt }: ParkedMessage) => ({
  cell,
  id,
  method,
  source,
  request_id: requestId,
  reason,
  parked_at: new Date(parkedAt).toISOString(),
});
