import { type Clock, CloudError } from '#domain';
import { admin, parseTime, type Route, route } from '../api/index.js';
import type { HostsRepository } from '../hosts/hosts.repository.js';

const PATH = 'os-instance_usage_audit_log';

/**
 * Nova's log of the audits that each host would make once a month to tell a bill of its servers. Hosts make none here, because usage is
 * computed from the servers themselves (os-simple-tenant-usage): every audit is told as not run, which it is.
 */
export const auditLogRoutes = (hosts: HostsRepository, clock: Clock): Route[] => [
  route({
    method: 'GET',
    path: `/${PATH}`,
    policy: admin(`${PATH}:list`),
    ok: 200,
    handle: async () => ({ instance_usage_audit_logs: log(await namesOf(hosts), clock.now()) }),
  }),
  route({
    method: 'GET',
    path: `/${PATH}/:id`,
    policy: admin(`${PATH}:show`),
    ok: 200,
    handle: async ({ params: { id = '' } }) => {
      const before = parseTime(id);
      if (before === undefined) throw new CloudError('invalid', `Invalid timestamp for date ${id}`);
      return { instance_usage_audit_log: log(await namesOf(hosts), before) };
    },
  }),
];

const namesOf = async (hosts: HostsRepository): Promise<string[]> => (await hosts.list()).map(({ host }) => host);

/** The whole month that ended before a moment. */
const log = (hosts: readonly string[], before: number) => {
  const at = new Date(before);
  const month = (offset: number) => new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + offset)).toISOString().slice(0, 10);
  return {
    period_beginning: `${month(-1)} 00:00:00`,
    period_ending: `${month(0)} 00:00:00`,
    num_hosts: hosts.length,
    num_hosts_done: 0,
    num_hosts_running: 0,
    num_hosts_not_run: hosts.length,
    hosts_not_run: hosts,
    total_instances: 0,
    total_errors: 0,
    overall_status: `0 of ${hosts.length} hosts done. 0 errors.`,
    log: {},
  };
};
