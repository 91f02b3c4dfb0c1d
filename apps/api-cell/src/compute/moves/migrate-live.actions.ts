import { z } from 'zod';
import { CloudError } from '#domain';
import { type AnyObject, requestSchema } from '#microversion';
import { action, authorize, type Endpoint, innerRules, manager, types } from '../api/index.js';
import type { MoveServersService } from './move-servers.service.js';

/** The newest shape, and what older versions had besides. */
interface WantedMigration {
  readonly host: string | null;
  readonly block_migration: boolean | 'auto';
  /** From 2.30 to 2.67. */
  readonly force?: boolean;
}

const host = types.fullyQualifiedHostname.nullable();
const in225 = z.strictObject({ host, block_migration: z.union([z.literal('auto'), types.boolean]) });
const body = (wanted: AnyObject): AnyObject => z.strictObject({ 'os-migrateLive': wanted });

const migrateLiveBody = requestSchema<{ 'os-migrateLive': WantedMigration }>(
  body(z.strictObject({ host, block_migration: types.boolean, disk_over_commit: types.boolean })),
  ['2.25', () => body(in225)],
  ['2.30', () => body(in225.extend({ force: types.boolean.optional() }))],
  ['2.68', () => body(in225)],
);

/** What of `POST /servers/ID/action` moves a server while it runs. */
export const migrateLiveActions = (moves: MoveServersService): [string, Endpoint][] => [
  action({
    name: 'os-migrateLive',
    policy: manager('os-migrate-server:migrate_live'),
    body: migrateLiveBody,
    ok: 202,
    handle: (call, { 'os-migrateLive': wanted }) => {
      const named = wanted.host ?? undefined;
      if (named !== undefined) authorize(innerRules.migrateLiveToHost, call.ctx);
      if (wanted.force && named === undefined) throw new CloudError('invalid', "Can't force to a non-provided destination");
      if (wanted.block_migration === false) throw new CloudError('invalid', NO_SHARED_DISKS);
      return moves.migrateLive(call, named);
    },
  }),
];

const NO_SHARED_DISKS = 'block_migration: the hosts share no disks, so a server takes its own along: true, or auto from 2.25';
