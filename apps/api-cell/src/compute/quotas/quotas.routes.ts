import {
  admin,
  anyone,
  authorize,
  authorizeProject,
  type Call,
  checked,
  innerRules,
  type Parameters,
  parameterOf,
  type Route,
  reader,
  reading,
  route,
  text,
  types,
} from '../api/index.js';
import { updateQuotaClass, updateQuotaSet } from './quota.schemas.js';
import { absoluteLimits, quotaClassSet, quotaSet } from './quota.views.js';
import type { QuotaLimitsService, QuotaOwner } from './quota-limits.service.js';
import type { QuotaResource, QuotaSet } from './quota-resources.js';
import { checkSettable, inUse } from './settable-limits.js';

const OF_PROJECT: Parameters = { user_id: text() };
const LIMITS: Parameters = { tenant_id: text(), reserved: text() };
const FORCED: Parameters = { user_id: text(), force: checked(types.boolean) };

export const quotaRoutes = (quotas: QuotaLimitsService): Route[] => {
  const limitsOf = ({ projectId, userId }: QuotaOwner): Promise<QuotaSet> =>
    userId === undefined ? quotas.of(projectId) : quotas.forUser(projectId, userId).then(({ effective }) => effective);
  return [
    route({
      method: 'GET',
      path: '/os-quota-sets/:id',
      policy: reader('os-quota-sets:show'),
      query: OF_PROJECT,
      ok: 200,
      handle: async call => ({ quota_set: shown(call, call.params.id, await limitsOf(readable(call))) }),
    }),
    route({
      method: 'GET',
      path: '/os-quota-sets/:id/detail',
      policy: reader('os-quota-sets:detail'),
      query: OF_PROJECT,
      ok: 200,
      handle: async call => {
        const owner = readable(call);
        const [limits, use] = await Promise.all([limitsOf(owner), quotas.useOf(owner.projectId, owner.userId)]);
        const detail = (name: QuotaResource) => ({ limit: limits[name], in_use: inUse(use, name), reserved: 0 });
        return { quota_set: quotaSet.at(call.at, 'everyone').object({ id: owner.projectId, of: detail }) };
      },
    }),
    route({
      method: 'GET',
      path: '/os-quota-sets/:id/defaults',
      policy: anyone('os-quota-sets:defaults'),
      ok: 200,
      handle: async call => ({ quota_set: shown(call, call.params.id, await quotas.ofClass()) }),
    }),
    route({
      method: 'PUT',
      path: '/os-quota-sets/:id',
      policy: admin('os-quota-sets:update'),
      query: FORCED,
      body: updateQuotaSet,
      ok: 200,
      handle: async (call, { quota_set: { force = false, ...limits } }) => {
        const owner = ownerOf(call);
        const most = owner.userId === undefined ? undefined : await quotas.of(owner.projectId);
        await quotas.override(owner, limits, use =>
          checkSettable(limits, { use: force ? undefined : use, most: force ? undefined : most }),
        );
        return { quota_set: shown(call, undefined, await limitsOf(owner)) };
      },
    }),
    route({
      method: 'DELETE',
      path: '/os-quota-sets/:id',
      policy: admin('os-quota-sets:delete'),
      query: OF_PROJECT,
      ok: 202,
      handle: call => quotas.reset(ownerOf(call)),
    }),
    route({
      method: 'GET',
      path: '/os-quota-class-sets/:id',
      policy: admin('os-quota-class-sets:show'),
      ok: 200,
      handle: async call => ({ quota_class_set: await classSet(call, call.params.id) }),
    }),
    route({
      method: 'PUT',
      path: '/os-quota-class-sets/:id',
      policy: admin('os-quota-class-sets:update'),
      body: updateQuotaClass,
      ok: 200,
      handle: async (call, body) => {
        await quotas.setClass(call.params.id ?? '', body.quota_class_set);
        return { quota_class_set: await classSet(call, undefined) };
      },
    }),
    route({
      method: 'GET',
      path: '/limits',
      policy: anyone('limits'),
      query: LIMITS,
      ok: 200,
      handle: async call => {
        const projectId = parameterOf(call.query, 'tenant_id') ?? call.ctx.projectId;
        if (projectId !== call.ctx.projectId) authorize(innerRules.limitsOfOthers, call.ctx);
        const [limits, use] = await Promise.all([quotas.of(projectId), quotas.useOf(projectId)]);
        return { limits: { rate: [], absolute: absoluteLimits.at(call.at, 'everyone').object({ limits, use }) } };
      },
    }),
  ];

  async function classSet(call: Call, id: string | undefined) {
    const limits = await quotas.ofClass(call.params.id);
    return quotaClassSet.at(call.at, 'everyone').object({ id, of: name => limits[name] });
  }
};

const ownerOf = (call: Call): QuotaOwner => ({ projectId: call.params.id ?? '', userId: parameterOf(call.query, 'user_id') });

/** @throws CloudError `forbidden` for another's project. */
const readable = (call: Call): QuotaOwner => {
  const owner = ownerOf(call);
  authorizeProject(reading(reader('os-quota-sets:show')), call.ctx, owner.projectId);
  return owner;
};

const shown = (call: Call, id: string | undefined, limits: QuotaSet) =>
  quotaSet.at(call.at, 'everyone').object({ id, of: name => limits[name] });
