import type { AdminOperationName, AdminRequest, AdminResult } from '#contracts';
import type { CellPath } from '#domain';
import { type AdminCall, type AdminRoute, adminRoute } from './admin-route.js';
import { childOf, detailOf, infoOf, neighbourOf } from './cell.views.js';
import { namedChild } from './cell-names.js';
import { PAGING, pageOf } from './paging.js';
import { changesOf, updateCellBody } from './update-cell.schema.js';

/** Nova's os-cells: the neighbours of the cell that is asked, and any cell below it by its path. */
export const cellRoutes: readonly AdminRoute[] = [
  adminRoute({
    method: 'GET',
    path: '/os-cells',
    rule: 'os-cells',
    query: PAGING,
    handle: async call => ({ cells: (await neighbours(call)).map(neighbourOf) }),
  }),
  adminRoute({
    method: 'GET',
    path: '/os-cells/detail',
    rule: 'os-cells',
    query: PAGING,
    handle: async call => ({ cells: (await neighbours(call)).map(detailOf) }),
  }),
  adminRoute({
    method: 'GET',
    path: '/os-cells/info',
    rule: 'os-cells',
    handle: async call => ({ cell: infoOf(await asked(call, call.door.path, 'cell.info', {})) }),
  }),
  adminRoute({
    method: 'GET',
    path: '/os-cells/:name',
    rule: 'os-cells',
    handle: async call => {
      const { parent, name } = namedChild(call.door.path, call.params.name ?? '');
      return { cell: childOf(await asked(call, parent, 'cell.show', { name })) };
    },
  }),
  adminRoute({
    method: 'PUT',
    path: '/os-cells/:name',
    rule: 'os-cells:update',
    body: updateCellBody,
    handle: async (call, body) => {
      const { parent, name } = namedChild(call.door.path, call.params.name ?? '');
      return { cell: childOf(await asked(call, parent, 'cell.update', { name, changes: changesOf(body) })) };
    },
  }),
];

const neighbours = async (call: AdminCall) => {
  const { neighbours: all } = await asked(call, call.door.path, 'cell.list', {});
  return pageOf(all, call.query, cell => cell.name);
};

/** Gives an order on the caller's behalf. */
export const asked = <O extends AdminOperationName>(
  { door, operator, deadline }: AdminCall,
  cell: CellPath,
  operation: O,
  request: AdminRequest<O>,
): Promise<AdminResult<O>> => door.ask({ cell, operation, request, operator, deadline });
