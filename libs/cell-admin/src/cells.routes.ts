import { z } from 'zod';
import type { AdminOperationName, AdminRequest, AdminResult } from '#contracts';
import type { CellPath } from '#domain';
import { type AdminCall, type AdminRoute, adminRoute } from './admin-route.js';
import { capacitiesView } from './capacities.view.js';
import { childOf, detailOf, infoOf, neighbourOf } from './cell.views.js';
import { namedCell, namedChild } from './cell-names.js';
import { PAGING, pageOf } from './paging.js';
import { treeView } from './tree.view.js';
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
    path: '/os-cells/tree',
    rule: 'os-cells',
    query: { cell: z.string() },
    handle: async call => {
      const { door, query } = call;
      const cell = query.cell ? namedCell(door.path, query.cell) : door.path;
      return { cell: treeView((await asked(call, cell, 'cell.tree', {})).cells) };
    },
  }),
  adminRoute({
    method: 'GET',
    path: '/os-cells/capacities',
    rule: 'os-cells',
    handle: async call => ({ cell: capacitiesView(await asked(call, call.door.path, 'cell.capacities', { name: null })) }),
  }),
  adminRoute({
    method: 'GET',
    path: '/os-cells/:name/capacities',
    rule: 'os-cells',
    handle: async call => {
      const { door, params } = call;
      const path = namedCell(door.path, params.name ?? '');
      const { parent, name } = path === door.path ? { parent: path, name: null } : namedChild(door.path, path);
      return { cell: capacitiesView(await asked(call, parent, 'cell.capacities', { name })) };
    },
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
