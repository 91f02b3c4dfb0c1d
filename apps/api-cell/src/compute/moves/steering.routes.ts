import { z } from 'zod';
import { CloudError, type MoveStatus, whyNotMove } from '#domain';
import { requestSchema } from '#microversion';
import { action, actionRoute, type Call, manager, type Route, route } from '../api/index.js';
import type { CellGateway } from '../cell-gateway.js';
import type { ServersRepository } from '../servers/servers.repository.js';
import type { MigrationsRepository } from './migrations.repository.js';
import { liveMigrationOf } from './migrations.routes.js';

/** Routes of what is done with a live migration that is under way. */
export const steeringRoutes = (gateway: CellGateway, migrations: MigrationsRepository, servers: ServersRepository): Route[] => {
  const steer = async ({ ctx, params: { id = '', migration = '' } }: Call, action: Steering, statuses: readonly MoveStatus[]) => {
    const { uuid, state } = await servers.show(ctx, id);
    // As in Nova: what the server is doing is asked before what is known of the migration.
    const reason = whyNotMove(action, uuid, state);
    if (reason !== undefined) throw new CloudError('conflict', reason);
    const { id: number, move } = await liveMigrationOf(migrations, uuid, migration);
    await gateway.steerMove(ctx, uuid, action, { id: number, move: move.uuid, status: move.status, statuses });
  };
  return [
    route({
      method: 'DELETE',
      path: '/servers/:id/migrations/:migration',
      since: '2.24',
      policy: manager('servers:migrations:delete'),
      ok: 202,
      handle: call => steer(call, 'abortLive', call.at.allows('abort-of-queued-migrations') ? ABORTABLE : RUNNING),
    }),
    actionRoute('/servers/:id/migrations/:migration/action', [
      action({
        name: 'force_complete',
        since: '2.22',
        policy: manager('servers:migrations:force_complete'),
        body: forceCompleteBody,
        ok: 202,
        handle: (call: Call) => steer(call, 'completeLive', RUNNING),
      }),
    ]),
  ];
};

type Steering = 'abortLive' | 'completeLive';
const RUNNING: readonly MoveStatus[] = ['running'];
const ABORTABLE: readonly MoveStatus[] = ['accepted', 'queued', 'preparing', 'pre-migrating', 'running'];
const forceCompleteBody = requestSchema<{ force_complete: null }>(z.strictObject({ force_complete: z.null() }));
