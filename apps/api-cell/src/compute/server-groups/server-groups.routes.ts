import { CloudError } from '#domain';
import {
  authorize,
  type Call,
  innerRules,
  MAX_LIMIT,
  member,
  number,
  type Parameters,
  parameterOf,
  type Route,
  reader,
  route,
  text,
} from '../api/index.js';
import type { QuotaLimitsService } from '../quotas/quota-limits.service.js';
import { type CreateServerGroupBody, createServerGroupBody } from './server-group.schemas.js';
import { serverGroupView } from './server-group.view.js';
import type { NewServerGroup, ServerGroupRecord, ServerGroupsService } from './server-groups.service.js';

const RULE = 'os-server-groups';
const LIST: Parameters = { all_projects: text(), limit: number(), offset: number() };

export const serverGroupRoutes = (groups: ServerGroupsService, limits: QuotaLimitsService): Route[] => [
  route({
    method: 'GET',
    path: '/os-server-groups',
    policy: reader(`${RULE}:index`),
    query: LIST,
    ok: 200,
    handle: async call => {
      const allProjects = call.query.all_projects !== undefined;
      if (allProjects) authorize(innerRules.listAllServerGroups, call.ctx);
      const compiled = serverGroupView.at(call.at, 'everyone');
      const found = await groups.list(call.ctx, {
        allProjects,
        limit: numberOf(call, 'limit', MAX_LIMIT),
        offset: numberOf(call, 'offset', 0),
      });
      return { server_groups: found.map(group => compiled.object(group)) };
    },
  }),
  route({
    method: 'POST',
    path: '/os-server-groups',
    policy: member(`${RULE}:create`),
    body: createServerGroupBody,
    ok: 200,
    handle: async (call, { server_group: body }) =>
      shown(call, await groups.create(call.ctx, newGroup(body), (await limits.of(call.ctx.projectId)).server_groups)),
  }),
  route({
    method: 'GET',
    path: '/os-server-groups/:id',
    policy: reader(`${RULE}:show`),
    ok: 200,
    handle: async call => shown(call, await groups.show(call.ctx, call.params.id ?? '')),
  }),
  route({
    method: 'DELETE',
    path: '/os-server-groups/:id',
    policy: member(`${RULE}:delete`),
    ok: 204,
    handle: call => groups.delete(call.ctx, call.params.id ?? ''),
  }),
];

const newGroup = ({ name, policies, policy = policies?.[0], rules }: CreateServerGroupBody['server_group']): NewServerGroup => {
  if (policy === undefined) throw new CloudError('invalid', "'policies' is a required property");
  const maxServerPerHost = rules?.max_server_per_host ?? null;
  if (maxServerPerHost !== null && policy !== 'anti-affinity') throw new CloudError('invalid', 'Only anti-affinity policy supports rules.');
  return { name, policy, maxServerPerHost };
};

/** A number that is left empty counts as not given; no list is longer than the limit of all lists. */
const numberOf = ({ query }: Call, name: string, otherwise: number): number => {
  const text = parameterOf(query, name);
  const value = text === undefined || text === '' ? otherwise : Number(text);
  if (!Number.isSafeInteger(value)) throw new CloudError('invalid', `${name} param must be an integer`);
  return name === 'limit' ? Math.min(value, MAX_LIMIT) : value;
};

const shown = ({ at }: Call, group: ServerGroupRecord) => ({ server_group: serverGroupView.at(at, 'everyone').object(group) });
