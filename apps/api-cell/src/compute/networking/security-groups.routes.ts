import { readsEverything } from '#domain';
import { type Call, member, type Parameters, parameterOf, type Route, reader, route, text, types } from '../api/index.js';
import type { QuotaLimitsService } from '../quotas/quota-limits.service.js';
import { recordRoutes } from './record.routes.js';
import { allowedBy } from './rule-of-body.js';
import { shownGroup, shownRule } from './security-group.js';
import { createRuleBody, createSecurityGroupBody, updateSecurityGroupBody } from './security-group.schemas.js';
import type { SecurityGroupsService } from './security-groups.service.js';

const UNTIL = '2.35';
const RULE = 'os-security-groups';
const PATH = `/${RULE}`;
const LIST: Parameters = { limit: text(), offset: text(), all_tenants: text() };

/** Security groups, which compute offered before networks had a service of their own. */
export const securityGroupRoutes = (groups: SecurityGroupsService, quotas: QuotaLimitsService): Route[] => [
  route({
    method: 'GET',
    path: PATH,
    until: UNTIL,
    policy: reader(`${RULE}:get`),
    query: LIST,
    ok: 200,
    handle: async call => {
      // As in Nova: who may not see those of others asks in vain, and gets the own ones.
      const asksForAll = types.truthOf(parameterOf(call.query, 'all_tenants') ?? 'no') === true;
      const found = await groups.list(call.ctx, { allProjects: asksForAll && readsEverything(call.ctx) });
      return { security_groups: partOf(call, found).map(shownGroup) };
    },
  }),
  route({
    method: 'POST',
    path: PATH,
    until: UNTIL,
    policy: member(`${RULE}:create`),
    body: createSecurityGroupBody,
    ok: 200,
    handle: async ({ ctx }, { security_group: { name, description } }) => {
      const { security_groups: limit } = await quotas.of(ctx.projectId);
      return { security_group: shownGroup(await groups.create(ctx, { name, description }, limit)) };
    },
  }),
  route({
    method: 'PUT',
    path: `${PATH}/:id`,
    until: UNTIL,
    policy: member(`${RULE}:update`),
    body: updateSecurityGroupBody,
    ok: 200,
    handle: async ({ ctx, params: { id = '' } }, { security_group: naming }) => ({
      security_group: shownGroup(await groups.update(ctx, id, naming)),
    }),
  }),
  ...recordRoutes({
    path: PATH,
    rule: RULE,
    until: UNTIL,
    show: async ({ ctx }, id) => ({ security_group: shownGroup(await groups.show(ctx, id)) }),
    delete: ({ ctx }, id) => groups.delete(ctx, id),
  }),
  route({
    method: 'POST',
    path: '/os-security-group-rules',
    until: UNTIL,
    policy: member(`${RULE}:rule:create`),
    body: createRuleBody,
    ok: 200,
    handle: async ({ ctx }, { security_group_rule: rule }) => {
      const { security_group_rules: limit } = await quotas.of(ctx.projectId);
      return { security_group_rule: shownRule(await groups.addRule(ctx, rule.parent_group_id, allowedBy(rule), limit)) };
    },
  }),
  route({
    method: 'DELETE',
    path: '/os-security-group-rules/:id',
    until: UNTIL,
    policy: member(`${RULE}:rule:delete`),
    ok: 202,
    handle: ({ ctx, params: { id = '' } }) => groups.deleteRule(ctx, id),
  }),
];

/** `limit` and `offset`, where they are numbers. */
const partOf = <T>({ query }: Call, items: readonly T[]): readonly T[] => {
  const numberOf = (name: string): number | undefined => {
    const value = parameterOf(query, name);
    return value !== undefined && /^\d{1,9}$/.test(value) ? Number(value) : undefined;
  };
  const offset = numberOf('offset') ?? 0;
  const limit = numberOf('limit');
  return items.slice(offset, limit === undefined ? undefined : offset + limit);
};
