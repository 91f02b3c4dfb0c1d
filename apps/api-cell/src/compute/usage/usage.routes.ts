import type { Clock } from '#domain';
import {
  admin,
  authorizeProject,
  type Call,
  number,
  type Page,
  type Parameters,
  pageOf,
  parameterOf,
  type Route,
  reader,
  reading,
  route,
  text,
} from '../api/index.js';
import { sumOf, type UsageRepository } from './usage.repository.js';
import { byProject, type ShownUsage, tenantUsage } from './usage.view.js';
import { usagePeriodOf } from './usage-period.js';

const PATH = 'os-simple-tenant-usage';
const PERIOD: Parameters = { start: text(), end: text(), limit: number('2.40'), marker: text('2.40') };
const show = reading(reader(`${PATH}:show`));

/** What projects have taken of the cloud. From 2.40 in pages, which are counted in servers. */
export const usageRoutes = (usages: UsageRepository, clock: Clock): Route[] => [
  route({
    method: 'GET',
    path: `/${PATH}`,
    policy: admin(`${PATH}:list`),
    query: { ...PERIOD, detailed: text() },
    ok: 200,
    handle: async call => {
      const period = usagePeriodOf(call.query, clock);
      const query = { ...period, ...pageIn(call) };
      const compiled = tenantUsage.at(call.at, 'everyone');
      const shown = (list: readonly ShownUsage[], last: string | undefined) => ({
        tenant_usages: list.map(usage => compiled.object(usage)),
        ...(last !== undefined && { tenant_usages_links: [call.links.next(PATH, call.query, last)] }),
      });
      if (parameterOf(call.query, 'detailed') === '1') {
        const { usages: servers, last } = await usages.servers(query);
        return shown(byProject(servers, period), last);
      }
      const { usages: totals, last } = await usages.totals(query);
      return shown(
        totals.map(total => ({ ...period, total })),
        last,
      );
    },
  }),
  route({
    method: 'GET',
    path: `/${PATH}/:id`,
    policy: show,
    query: PERIOD,
    ok: 200,
    handle: async call => {
      const projectId = call.params.id ?? '';
      authorizeProject(show, call.ctx, projectId);
      const period = usagePeriodOf(call.query, clock);
      const { usages: servers, last } = await usages.servers({ ...period, projectId, ...pageIn(call) });
      // Where nothing was used Nova answers an empty object, on which the openstack client fails: zeros say the same to all.
      const usage = byProject(servers, period)[0] ?? { ...period, total: sumOf(projectId, []), servers: [] };
      return {
        tenant_usage: tenantUsage.at(call.at, 'everyone').object(usage),
        ...(last !== undefined && { tenant_usage_links: [call.links.next(`${PATH}/${projectId}`, call.query, last)] }),
      };
    },
  }),
];

const pageIn = (call: Call): { page?: Page } => (call.at.allows('usage-pages') ? { page: pageOf(call.query) } : {});
