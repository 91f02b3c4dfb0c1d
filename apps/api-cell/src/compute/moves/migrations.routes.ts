import { z } from 'zod';
import { CloudError } from '#domain';
import {
  admin,
  allows,
  type Call,
  changePeriodOf,
  checked,
  innerRules,
  manager,
  nextLinks,
  number,
  type Page,
  type Parameters,
  pageOf,
  parameterOf,
  type Route,
  route,
  text,
} from '../api/index.js';
import type { ServersRepository } from '../servers/servers.repository.js';
import { isLiveAndInProgress, listedMigration, type MigrationRecord, serverMigration } from './migration.view.js';
import type { MigrationFilter, MigrationsRepository } from './migrations.repository.js';

const LIST: Parameters = {
  hidden: text(),
  host: text(),
  instance_uuid: text(),
  source_compute: text(),
  status: text(),
  migration_type: text(),
  limit: number('2.59'),
  marker: checked(z.uuid(), '2.59'),
  'changes-since': text('2.59'),
  'changes-before': text('2.66'),
  user_id: text('2.80'),
  project_id: text('2.80'),
};

/** Records of the moves of servers, for those who move them. */
export const migrationRoutes = (migrations: MigrationsRepository, servers: ServersRepository): Route[] => [
  route({
    method: 'GET',
    path: '/os-migrations',
    policy: manager('os-migrations:index'),
    query: LIST,
    ok: 200,
    handle: async call => {
      const compiled = listedMigration.at(call.at, 'admin');
      const shown = (found: readonly MigrationRecord[]) => found.map(one => compiled.object(one, call.links));
      if (!call.at.allows('migration-pages'))
        return { migrations: shown(await migrations.list(filterOf(call), { limit: MOST, order: 'oldest first' })) };
      const page = pageOf(call.query);
      const below = await markerOf(migrations, page);
      const found = await migrations.list(filterOf(call), { limit: page.limit, below, order: 'newest first' });
      const next = nextLinks(page, found.length, call.links, 'os-migrations', call.query, found.at(-1)?.move.uuid);
      return { migrations: shown(found), ...(next && { migrations_links: next }) };
    },
  }),
  route({
    method: 'GET',
    path: '/servers/:id/migrations',
    since: '2.23',
    policy: manager('servers:migrations:index'),
    ok: 200,
    handle: async ({ ctx, at, params: { id = '' } }) => {
      const { uuid } = await servers.show(ctx, id);
      const found = await migrations.list({ instanceUuid: uuid, type: 'live-migration' }, { limit: MOST, order: 'oldest first' });
      const compiled = serverMigration.at(at, 'admin');
      return { migrations: found.filter(isLiveAndInProgress).map(one => compiled.object(one)) };
    },
  }),
  route({
    method: 'GET',
    path: '/servers/:id/migrations/:migration',
    since: '2.23',
    policy: admin('servers:migrations:show'),
    ok: 200,
    handle: async ({ ctx, at, params: { id = '', migration = '' } }) => {
      const { uuid } = await servers.show(ctx, id);
      const found = await liveMigrationOf(migrations, uuid, migration);
      if (!isLiveAndInProgress(found)) throw notFound(`Live migration ${migration} for server ${uuid} is not in progress.`);
      return { migration: serverMigration.at(at, 'admin').object(found) };
    },
  }),
];

/** Of a list that has no pages. */
const MOST = 1000;

/** The live migration that a path names. @throws CloudError `notFound` in Nova's words. */
export const liveMigrationOf = async (migrations: MigrationsRepository, serverUuid: string, id: string): Promise<MigrationRecord> => {
  const found = /^[0-9]{1,15}$/.test(id) ? await migrations.ofServer(serverUuid, Number(id)) : undefined;
  if (!found) throw notFound(`Migration ${id} not found for instance ${serverUuid}`);
  if (found.move.type !== 'live-migration') throw notFound(`Migration ${id} for server ${serverUuid} is not live-migration.`);
  return found;
};

const notFound = (message: string): CloudError => new CloudError('notFound', message);

/** A manager sees the moves of its own project, whatever it asks for. */
const filterOf = (call: Call): MigrationFilter => {
  const { query, at, ctx } = call;
  const value = (name: string) => parameterOf(query, name);
  const seesAll = allows(innerRules.listAllMigrations, ctx);
  const from280 = (name: string) => (at.within('2.80') ? value(name) : undefined);
  return {
    instanceUuid: value('instance_uuid'),
    host: value('host'),
    sourceHost: value('source_compute'),
    status: value('status'),
    type: value('migration_type'),
    userId: from280('user_id'),
    projectId: seesAll ? from280('project_id') : ctx.projectId,
    changed: at.allows('migration-pages') ? changePeriodOf(call) : undefined,
  };
};

const markerOf = async (migrations: MigrationsRepository, { marker }: Page): Promise<number | undefined> => {
  if (marker === undefined) return undefined;
  const found = await migrations.numberOf(marker);
  if (found === undefined) throw new CloudError('invalid', `Marker ${marker} could not be found.`);
  return found;
};
