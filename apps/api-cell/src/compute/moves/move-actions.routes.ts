import { z } from 'zod';
import { requestSchema } from '#microversion';
import { action, authorize, type Call, type Endpoint, innerRules, manager, member, types } from '../api/index.js';
import type { CellGateway } from '../cell-gateway.js';
import type { MoveServersService } from './move-servers.service.js';

const resizeBody = requestSchema<{ resize: { flavorRef: string | number; 'OS-DCF:diskConfig'?: 'AUTO' | 'MANUAL' } }>(
  z.strictObject({
    resize: z.strictObject({
      flavorRef: z.union([z.string().min(1), z.number().int()]),
      'OS-DCF:diskConfig': z.enum(['AUTO', 'MANUAL']).optional(),
    }),
  }),
);
const migrateBody = requestSchema<{ migrate: { host?: string | null } | null }>(z.looseObject({ migrate: z.unknown() }), [
  '2.56',
  () => z.strictObject({ migrate: z.strictObject({ host: types.fullyQualifiedHostname.nullable().optional() }).nullable() }),
]);

/** What `POST /servers/ID/action` can do to move a server. */
export const moveActions = (gateway: CellGateway, moves: MoveServersService): [string, Endpoint][] => [
  action({
    name: 'resize',
    policy: member('servers:resize'),
    body: resizeBody,
    ok: 202,
    handle: (call, { resize }) => moves.resize(call, { flavorRef: resize.flavorRef, diskConfig: resize['OS-DCF:diskConfig'] }),
  }),
  action({
    name: 'confirmResize',
    policy: member('servers:confirm_resize'),
    ok: 204,
    handle: call => gateway.endMove(call.ctx, idOf(call), 'confirm'),
  }),
  action({
    name: 'revertResize',
    policy: member('servers:revert_resize'),
    ok: 202,
    handle: call => gateway.endMove(call.ctx, idOf(call), 'revert'),
  }),
  action({
    name: 'migrate',
    policy: manager('os-migrate-server:migrate'),
    body: migrateBody,
    ok: 202,
    handle: (call, { migrate }) => {
      const host = (call.at.within('2.56') && migrate?.host) || undefined;
      if (host !== undefined) authorize(innerRules.migrateToHost, call.ctx);
      return moves.migrate(call, host);
    },
  }),
];

const idOf = (call: Call): string => call.params.id ?? '';
