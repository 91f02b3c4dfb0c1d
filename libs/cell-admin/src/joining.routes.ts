import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { joinSecretHash, NewCellName, writeJoinToken } from '#contracts';
import { type CellName, CloudError, childPath } from '#domain';
import { type AdminRoute, adminRoute } from './admin-route.js';
import { detailOf } from './cell.views.js';
import { namedCell, namedChild } from './cell-names.js';
import { asked } from './cells.routes.js';
import { connectionOfCellsV1 } from './keys-of-cells-v1.js';

/** They stand in paths of this API where a cell's name does. */
const RESERVED = ['capacities', 'detail', 'explain', 'fit', 'info', 'join', 'parked', 'queues', 'sync_instances', 'tree'];

const MINUTE = 60;
const DAY = 86_400;

const createBody = z.strictObject({
  cell: z.strictObject({
    name: NewCellName.refine(name => !RESERVED.includes(name), 'is a word of this API, and can name no cell'),
    /** The cell below which it comes; the asked cell unless given. */
    parent: z.string().min(1).optional(),
    /** As Nova's clients send it. */
    type: z.literal('child', { error: "must be 'child': a cell's parent is where it joins, and is not added from below" }).optional(),
    ...connectionOfCellsV1,
    weight_offset: z.number().optional(),
    /** Seconds until the token is worth nothing. */
    expires_in: z
      .number()
      .int()
      .min(MINUTE)
      .max(30 * DAY)
      .default(DAY),
  }),
});

/** So long may the broker of the parent take to change an account. */
const BROKER_SECONDS = 45;

/** Cells that come and go. The secret of a token is made here and told once: what goes on through the tree is its hash. */
export const joiningRoutes: readonly AdminRoute[] = [
  adminRoute({
    method: 'POST',
    path: '/os-cells',
    rule: 'os-cells:create',
    body: createBody,
    handle: async (call, { cell: { name, parent, weight_offset: weightOffset, expires_in: seconds } }) => {
      const above = parent === undefined ? call.door.path : namedCell(call.door.path, parent);
      const secret = randomBytes(32).toString('base64url');
      const expiresAt = call.clock.now() + seconds * 1000;
      const request = { name, tokenHash: joinSecretHash(secret), expiresAt, ...(weightOffset === undefined ? {} : { weightOffset }) };
      const cell = await asked(call, above, 'cell.create', request);
      return {
        cell: detailOf(cell),
        join_token: writeJoinToken({ url: call.url, cell: childPath(above, name as CellName), secret }),
        expires_at: new Date(expiresAt).toISOString(),
      };
    },
  }),
  adminRoute({
    method: 'DELETE',
    path: '/os-cells/:name',
    rule: 'os-cells:delete',
    query: { force: z.enum(['true', 'false', 'True', 'False', '1', '0'], { error: 'must be true or false' }) },
    seconds: BROKER_SECONDS,
    handle: async call => {
      const { parent, name } = namedChild(call.door.path, call.params.name ?? '');
      const force = ['true', 'True', '1'].includes(call.query.force ?? '');
      const removed = NewCellName.safeParse(name);
      if (!removed.success) throw new CloudError('notFound', `Cell ${childPath(parent, name)} could not be found.`);
      const { servers, left } = await asked(call, parent, 'cell.remove', { name, force });
      return { removed: childPath(parent, name), servers, left };
    },
  }),
];
