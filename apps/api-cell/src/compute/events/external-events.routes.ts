import type { Logger } from '#domain';
import { Answer, type Route, route, type Sql, service } from '../api/index.js';
import { createEventsBody, type ExternalEvent, NEEDS_TAG } from './external-event.schemas.js';

/** Several answers in one: some events were not taken. */
const MULTI_STATUS = 207;

/**
 * What other services tell of servers. Each event is answered by itself: 404 for a server that is not there, 422 for one that is on no
 * host yet, 400 for an event that does not say what it is about. Those that are taken are written to the log: ports and volumes are
 * nobody's yet, so nothing here waits for them.
 */
export const externalEventRoutes = (sql: Sql, log: Logger): Route[] => [
  route({
    method: 'POST',
    path: '/os-server-external-events',
    policy: service('os-server-external-events:create'),
    body: createEventsBody,
    ok: 200,
    handle: async ({ ctx }, { events }) => {
      const hosts = await hostsOf(sql, events);
      const answers = events.map(event => {
        const code = codeOf(event, hosts);
        if (code === 200)
          log.info('external event', { requestId: ctx.requestId, instanceUuid: event.server_uuid, event: event.name, tag: event.tag });
        return { ...event, status: code === 200 ? 'completed' : 'failed', code };
      });
      return new Answer(answers.every(({ code }) => code === 200) ? 200 : MULTI_STATUS, { events: answers });
    },
  }),
];

/** By server; null for one that is on none. */
const hostsOf = async (sql: Sql, events: readonly ExternalEvent[]): Promise<Map<string, unknown>> => {
  const uuids = [...new Set(events.map(event => event.server_uuid))];
  const rows = await sql.rows('SELECT uuid, host FROM instances WHERE uuid IN (?) AND deleted_at IS NULL', [uuids]);
  return new Map(rows.map(([uuid, host]) => [String(uuid), host]));
};

const codeOf = ({ server_uuid: uuid, name, tag }: ExternalEvent, hosts: ReadonlyMap<string, unknown>): number => {
  if (!hosts.has(uuid)) return 404;
  if (NEEDS_TAG.has(name) && tag === undefined) return 400;
  return hosts.get(uuid) === null ? 422 : 200;
};
