import { CloudError } from '#domain';
import { anyone, type Route, route } from '../api/index.js';

/** The parts of the API that old clients look for by alias: those that are served here. */
const EXTENSIONS: readonly (readonly [alias: string, name: string, description: string])[] = [
  ['NMN', 'Multinic', 'Multiple network support.'],
  ['os-admin-actions', 'AdminActions', 'Enable admin-only server actions.'],
  ['os-admin-password', 'AdminPassword', 'Admin password management support.'],
  ['os-aggregates', 'Aggregates', 'Admin-only aggregate administration.'],
  ['os-availability-zone', 'AvailabilityZone', 'Availability zones of servers and hosts.'],
  ['os-config-drive', 'ConfigDrive', 'Config Drive Extension.'],
  ['os-console-auth-tokens', 'ConsoleAuthTokens', 'Console token authentication support.'],
  ['os-console-output', 'ConsoleOutput', 'Console log output support, with tailing ability.'],
  ['os-consoles', 'Consoles', 'Interactive consoles of servers.'],
  ['OS-DCF', 'DiskConfig', 'Disk Management Extension.'],
  ['os-deferred-delete', 'DeferredDelete', 'Instance deferred delete.'],
  ['OS-EXT-AZ', 'ExtendedAvailabilityZone', 'Extended Availability Zone support.'],
  ['OS-EXT-SRV-ATTR', 'ExtendedServerAttributes', 'Extended Server Attributes support.'],
  ['OS-EXT-STS', 'ExtendedStatus', 'Extended Status support.'],
  ['os-flavor-access', 'FlavorAccess', 'Flavor access support.'],
  ['os-flavor-extra-specs', 'FlavorExtraSpecs', 'Flavors extra specs support.'],
  ['os-flavor-manage', 'FlavorManage', 'Flavor create/delete API support.'],
  ['OS-FLV-DISABLED', 'FlavorDisabled', 'Support to show the disabled status of a flavor.'],
  ['OS-FLV-EXT-DATA', 'FlavorExtraData', 'Provide additional data for flavors.'],
  ['os-hosts', 'Hosts', 'Admin-only host administration.'],
  ['os-hypervisors', 'Hypervisors', 'Admin-only hypervisor administration.'],
  ['os-instance-actions', 'ServerActions', 'View a log of actions and events taken on a server.'],
  ['os-instance-usage-audit-log', 'OSInstanceUsageAuditLog', 'Admin-only Task Log Monitoring.'],
  ['os-keypairs', 'Keypairs', 'Keypair Support.'],
  ['os-lock-server', 'LockServer', 'Enable lock/unlock server actions.'],
  ['os-multiple-create', 'MultipleCreate', 'Allow multiple create in the Create Server v2.1 API.'],
  ['os-pause-server', 'PauseServer', 'Enable pause/unpause server actions.'],
  ['os-quota-class-sets', 'QuotaClasses', 'Quota classes management support.'],
  ['os-quota-sets', 'Quotas', 'Quotas management support.'],
  ['os-remote-consoles', 'Consoles', 'Interactive Console support.'],
  ['OS-SCH-HNT', 'SchedulerHints', 'Pass arbitrary key/value pairs to the scheduler.'],
  ['os-server-diagnostics', 'ServerDiagnostics', 'Allow Admins to view server diagnostics through server action.'],
  ['os-server-groups', 'ServerGroups', 'Server group support.'],
  ['os-server-password', 'ServerPassword', 'Server password support.'],
  ['os-server-start-stop', 'ServerStartStop', 'Start/Stop instance compute API support.'],
  ['os-services', 'Services', 'Services support.'],
  ['OS-SRV-USG', 'ServerUsage', 'Adds launched_at and terminated_at on Servers.'],
  ['os-suspend-server', 'SuspendServer', 'Enable suspend/resume server actions.'],
  ['os-used-limits', 'UsedLimits', 'Provide data on limited resource being used.'],
  ['os-user-data', 'UserData', 'Add user_data to the Create Server API.'],
];

const shown = EXTENSIONS.map(([alias, name, description]) => ({
  alias,
  name,
  description,
  links: [],
  namespace: 'http://docs.openstack.org/compute/ext/fake_xml',
  updated: '2014-12-03T00:00:00Z',
}));

export const extensionRoutes: readonly Route[] = [
  route({ method: 'GET', path: '/extensions', policy: anyone('extensions'), ok: 200, handle: () => ({ extensions: shown }) }),
  route({
    method: 'GET',
    path: '/extensions/:id',
    policy: anyone('extensions'),
    ok: 200,
    handle: ({ params: { id } }) => {
      const extension = shown.find(({ alias }) => alias === id);
      if (!extension) throw new CloudError('notFound', 'The resource could not be found.');
      return { extension };
    },
  }),
];
