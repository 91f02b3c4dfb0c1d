import { type Call, member, type Route, reader, route } from '../api/index.js';

/** Of `GET` and `DELETE` of one of the records which compute served before networks had a service of their own. */
export interface RecordRoutes {
  /** Of the list: `/os-floating-ips`. */
  readonly path: string;
  /** What the names of its policy rules begin with. */
  readonly rule: string;
  readonly until: '2.35';
  show(call: Call, id: string): Promise<Record<string, unknown>>;
  delete(call: Call, id: string): Promise<void>;
}

export const recordRoutes = ({ path, rule, until, ...record }: RecordRoutes): Route[] => [
  route({
    method: 'GET',
    path: `${path}/:id`,
    until,
    policy: reader(`${rule}:show`),
    ok: 200,
    handle: call => record.show(call, call.params.id ?? ''),
  }),
  route({
    method: 'DELETE',
    path: `${path}/:id`,
    until,
    policy: member(`${rule}:delete`),
    ok: 202,
    handle: call => record.delete(call, call.params.id ?? ''),
  }),
];
