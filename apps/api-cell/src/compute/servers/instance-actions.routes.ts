import { CloudError } from '#domain';
import {
  allows,
  type Call,
  changePeriodOf,
  innerRules,
  nextLinks,
  number,
  type Parameters,
  pageFrom,
  pageOf,
  type Route,
  type Row,
  reader,
  route,
  type Sql,
  text,
} from '../api/index.js';
import { type ActionRecord, instanceAction, instanceActionEvent } from './instance-action.view.js';
import type { ServerRow } from './server-row.js';
import type { ServersRepository } from './servers.repository.js';

const LIST: Parameters = { limit: number('2.58'), marker: text('2.58'), 'changes-since': text('2.58'), 'changes-before': text('2.66') };
const COLUMNS = 'instance_uuid, request_id, action, user_id, project_id, start_time, updated_at, message';

/** What happened to a server, newest first. */
export const instanceActionRoutes = (servers: ServersRepository, sql: Sql): Route[] => [
  route({
    method: 'GET',
    path: '/servers/:id/os-instance-actions',
    policy: reader('os-instance-actions:list'),
    query: LIST,
    ok: 200,
    handle: async call => {
      const server = await serverOf(servers, call);
      const all = (
        await sql.rows(`SELECT ${COLUMNS} FROM instance_actions WHERE instance_uuid = ? ORDER BY start_time DESC, request_id DESC`, [
          server.uuid,
        ])
      ).map(actionOf);
      const compiled = instanceAction.at(call.at, 'everyone');
      if (!call.at.allows('action-pages')) return { instanceActions: all.map(one => compiled.object(one)) };
      const page = pageOf(call.query);
      const shown = pageFrom(all.filter(changed(call)), page, one => one.requestId);
      const path = `servers/${server.uuid}/os-instance-actions`;
      const next = nextLinks(page, shown.length, call.links, path, call.query, shown.at(-1)?.requestId);
      return { instanceActions: shown.map(one => compiled.object(one)), ...(next && { links: next }) };
    },
  }),
  route({
    method: 'GET',
    path: '/servers/:id/os-instance-actions/:request',
    policy: reader('os-instance-actions:show'),
    ok: 200,
    handle: async call => {
      const server = await serverOf(servers, call);
      const requestId = call.params.request ?? '';
      const [row] = await sql.rows(`SELECT ${COLUMNS} FROM instance_actions WHERE instance_uuid = ? AND request_id = ?`, [
        server.uuid,
        requestId,
      ]);
      if (!row) throw new CloudError('notFound', `Action ${requestId} not found`);
      const found = instanceAction.at(call.at, 'everyone').object(actionOf(row));
      if (!allows(innerRules.actionEvents, call.ctx) && !call.at.allows('action-events-for-everyone')) return { instanceAction: found };
      return { instanceAction: { ...found, events: await eventsOf(sql, call, server, requestId) } };
    },
  }),
];

const serverOf = (servers: ServersRepository, { ctx, at, params: { id = '' } }: Call): Promise<ServerRow> =>
  servers.show(ctx, id, { deletedToo: at.allows('actions-of-deleted-servers') });

const eventsOf = async (sql: Sql, { ctx, at }: Call, { uuid, projectId }: ServerRow, requestId: string) => {
  const rows = await sql.rows(
    'SELECT event, start_time, finish_time, result, details, host FROM instance_action_events WHERE instance_uuid = ? AND request_id = ? ORDER BY start_time DESC, id DESC',
    [uuid, requestId],
  );
  const compiled = instanceActionEvent.at(at, allows(innerRules.actionEvents, ctx) ? 'admin' : 'everyone');
  const withDetails = allows(innerRules.actionEventDetails, ctx);
  return rows.map(([event, startTime, finishTime, result, details, host]) =>
    compiled.object({
      event: String(event),
      startTime: Number(startTime),
      finishTime: finishTime === null ? null : Number(finishTime),
      result: textOf(result),
      details: withDetails ? textOf(details) : undefined,
      host: textOf(host),
      projectId,
    }),
  );
};

const changed = (call: Call): ((one: ActionRecord) => boolean) => {
  const { since, before } = changePeriodOf(call);
  return one => one.updatedAt >= since && one.updatedAt <= before;
};

const textOf = (value: unknown): string | null => (value === null ? null : String(value));

const actionOf = ([instanceUuid, requestId, action, userId, projectId, startTime, updatedAt, message]: Row): ActionRecord => ({
  instanceUuid: String(instanceUuid),
  requestId: String(requestId),
  action: String(action),
  userId: String(userId),
  projectId: String(projectId),
  startTime: Number(startTime),
  updatedAt: Number(updatedAt),
  message: textOf(message),
});
