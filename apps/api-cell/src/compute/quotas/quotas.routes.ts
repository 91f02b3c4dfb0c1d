import { z } from 'zod';
import { CloudError } from '#domain';
import { type AnyObject, requestSchema } from '#microversion';
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
import { absoluteLimits, quotaClassSet, quotaSet } from './quota.views.js';
import type { QuotaLimitsService, QuotaUse } from './quota-limits.service.js';
import { QUOTA_RESOURCES, type QuotaResource, type QuotaSet } from './quota-resources.js';

const OF_PROJECT: Parameters = { user_id: text() };
const LIMITS: Parameters = { tenant_id: text(), reserved: text() };
const FORCED: Parameters = { user_id: text(), force: checked(types.boolean) };
const COUNTED = ['instances', 'cores', 'ram'] as const;

type Limits = Partial<QuotaSet>;

const limit = types.integer(-1).optional();
const limitsOf = (names: readonly string[]) => z.strictObject({ ...Object.fromEntries(names.map(name => [name, limit])) });
const without = (schema: AnyObject, names: readonly string[]) => schema.omit(Object.fromEntries(names.map(name => [name, true as const])));
const NETWORK = ['floating_ips', 'fixed_ips', 'security_groups', 'security_group_rules', 'networks'];
const INJECTED = ['injected_files', 'injected_file_content_bytes', 'injected_file_path_bytes'];

const projectLimits: AnyObject = limitsOf(QUOTA_RESOURCES).extend({ force: types.boolean.optional() });
const updateQuotaSet = requestSchema<{ quota_set: Limits & { force?: boolean } }>(
  z.strictObject({ quota_set: projectLimits }),
  ['2.36', () => z.strictObject({ quota_set: without(projectLimits, NETWORK) })],
  ['2.57', () => z.strictObject({ quota_set: without(projectLimits, [...NETWORK, ...INJECTED]) })],
);

const classLimits: AnyObject = limitsOf(QUOTA_RESOURCES);
const updateQuotaClass = requestSchema<{ quota_class_set: Limits }>(
  z.strictObject({ quota_class_set: classLimits }),
  ['2.50', () => z.strictObject({ quota_class_set: without(classLimits, NETWORK) })],
  ['2.57', () => z.strictObject({ quota_class_set: without(classLimits, [...NETWORK, ...INJECTED]) })],
);

export const quotaRoutes = (quotas: QuotaLimitsService): Route[] => [
  route({
    method: 'GET',
    path: '/os-quota-sets/:id',
    policy: reader('os-quota-sets:show'),
    query: OF_PROJECT,
    ok: 200,
    handle: async call => ({ quota_set: shown(call, projectOf(call), await quotas.of(projectOf(call))) }),
  }),
  route({
    method: 'GET',
    path: '/os-quota-sets/:id/detail',
    policy: reader('os-quota-sets:detail'),
    query: OF_PROJECT,
    ok: 200,
    handle: async call => {
      const id = projectOf(call);
      const [limits, use] = await Promise.all([quotas.of(id), quotas.useOf(id)]);
      const detail = (name: QuotaResource) => ({
        limit: limits[name],
        in_use: isCounted(name) || name === 'server_groups' ? use[name] : 0,
        reserved: 0,
      });
      return { quota_set: quotaSet.at(call.at, 'everyone').object({ id, of: detail }) };
    },
  }),
  route({
    method: 'GET',
    path: '/os-quota-sets/:id/defaults',
    policy: anyone('os-quota-sets:defaults'),
    ok: 200,
    handle: async call => ({ quota_set: shown(call, call.params.id, await quotas.defaults()) }),
  }),
  route({
    method: 'PUT',
    path: '/os-quota-sets/:id',
    policy: admin('os-quota-sets:update'),
    query: FORCED,
    body: updateQuotaSet,
    ok: 200,
    handle: async (call, { quota_set: { force, ...limits } }) => {
      refuseUser(call);
      const id = call.params.id ?? '';
      await quotas.override(id, limits, use => {
        if (!force) checkUse(limits, use);
      });
      return { quota_set: shown(call, undefined, await quotas.of(id)) };
    },
  }),
  route({
    method: 'DELETE',
    path: '/os-quota-sets/:id',
    policy: admin('os-quota-sets:delete'),
    query: OF_PROJECT,
    ok: 202,
    handle: call => {
      refuseUser(call);
      return quotas.reset(call.params.id ?? '');
    },
  }),
  route({
    method: 'GET',
    path: '/os-quota-class-sets/:id',
    policy: admin('os-quota-class-sets:show'),
    ok: 200,
    handle: async call => {
      const limits = await quotas.defaults();
      return { quota_class_set: quotaClassSet.at(call.at, 'everyone').object({ id: call.params.id, of: name => limits[name] }) };
    },
  }),
  route({
    method: 'PUT',
    path: '/os-quota-class-sets/:id',
    policy: admin('os-quota-class-sets:update'),
    body: updateQuotaClass,
    ok: 200,
    handle: async (call, body) => {
      if (call.params.id !== 'default')
        throw new CloudError('invalid', `quota class '${call.params.id}' does not exist: the only one is 'default'`);
      await quotas.setDefaults(body.quota_class_set);
      const limits = await quotas.defaults();
      return { quota_class_set: quotaClassSet.at(call.at, 'everyone').object({ of: name => limits[name] }) };
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

/** @throws CloudError `forbidden` for another's project. */
const projectOf = (call: Call): string => {
  const id = call.params.id ?? '';
  authorizeProject(reading(reader('os-quota-sets:show')), call.ctx, id);
  return id;
};

/** Limits hold for projects: one that would be kept for a user and not observed is refused. */
const refuseUser = (call: Call): void => {
  if (parameterOf(call.query, 'user_id') !== undefined)
    throw new CloudError('invalid', 'user_id: quotas are of projects, not of users in them');
};

const shown = (call: Call, id: string | undefined, limits: QuotaSet) =>
  quotaSet.at(call.at, 'everyone').object({ id, of: name => limits[name] });

const isCounted = (name: QuotaResource): name is (typeof COUNTED)[number] => COUNTED.some(counted => counted === name);

const checkUse = (limits: Limits, use: Omit<QuotaUse, 'server_groups'>): void => {
  for (const name of COUNTED) {
    const wanted = limits[name];
    if (wanted !== undefined && wanted >= 0 && wanted < use[name]) {
      throw new CloudError(
        'invalid',
        `Quota limit ${wanted} for ${name} must be greater than or equal to already used and reserved ${use[name]}.`,
      );
    }
  }
};
