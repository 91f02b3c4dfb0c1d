import { CloudError } from '#domain';
import { anyone, type Route, route } from '../api/index.js';

/** The parts of the API that old clients look for by alias: those that are served here. */
const EXTENSIONS: readonly (readonly [alias: string, name: string, description: string])[] = [
  ['NMN', 'Multinic', 'Multiple network support.'],
  ['OS-DCF', 'DiskConfig', 'Disk Management Extension.'],
  ['OS-EXT-AZ', 'ExtendedAvailabilityZone', 'Extended Availability Zone support.'],
  ['OS-EXT-SRV-ATTR', 'ExtendedServerAttributes', 'Extended Server Attributes support.'],
  ['OS-EXT-STS', 'ExtendedStatus', 'Extended Status support.'],
  ['OS-FLV-DISABLED', 'FlavorDisabled', 'Support to show the disabled status of a flavor.'],
  ['OS-FLV-EXT-DATA', 'FlavorExtraData', 'Provide additional data for flavors.'],
  ['OS-SCH-HNT', 'SchedulerHints', 'Pass arbitrary key/value pairs to the scheduler.'],
  ['OS-SRV-USG', 'ServerUsage', 'Adds launched_at and terminated_at on Servers.'],
  ['os-availability-zone', 'AvailabilityZone', 'Availability zones of servers and hosts.'],
  ['os-config-drive', 'ConfigDrive', 'Config Drive Extension.'],
  ['os-console-output', 'ConsoleOutput', 'Console log output support, with tailing ability.'],
  ['os-deferred-delete', 'DeferredDelete', 'Instance deferred delete.'],
  ['os-flavor-access', 'FlavorAccess', 'Flavor access support.'],
  ['os-flavor-extra-specs', 'FlavorExtraSpecs', 'Flavors extra specs support.'],
  ['os-flavor-manage', 'FlavorManage', 'Flavor create/delete API support.'],
  ['os-hypervisors', 'Hypervisors', 'Admin-only hypervisor administration.'],
  ['os-instance-actions', 'ServerActions', 'View a log of actions and events taken on a server.'],
  ['os-keypairs', 'Keypairs', 'Keypair Support.'],
  ['os-multiple-create', 'MultipleCreate', 'Allow multiple create in the Create Server v2.1 API.'],
  ['os-quota-class-sets', 'QuotaClasses', 'Quota classes management support.'],
  ['os-quota-sets', 'Quotas', 'Quotas management support.'],
  ['os-server-start-stop', 'ServerStartStop', 'Start/Stop instance compute API support.'],
  ['os-services', 'Services', 'Services support.'],
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
