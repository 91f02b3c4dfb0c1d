import { z } from 'zod';
import type { ApiClient, Server } from '../e2e/kill/api-client.js';

/** The last microversion in which a hypervisor says what is used of it. */
const HYPERVISOR_VERSION = '2.87';

const Hypervisors = z.object({
  hypervisors: z.array(
    z.object({ hypervisor_hostname: z.string(), vcpus_used: z.number(), memory_mb_used: z.number(), running_vms: z.number() }),
  ),
});
const InUse = z.object({ in_use: z.number() });
const Quota = z.object({ quota_set: z.object({ instances: InUse, cores: InUse, ram: InUse }) });

/** The cloud as its APIs show it. */
export interface View {
  readonly servers: readonly Server[];
  readonly hosts: z.infer<typeof Hypervisors>['hypervisors'];
  readonly quota: { readonly instances: number; readonly cores: number; readonly ram: number };
}

export const viewOf = async (client: ApiClient): Promise<View> => {
  const project = await client.projectId();
  const { hypervisors } = Hypervisors.parse(await askJson(client, 'GET', '/os-hypervisors/detail'));
  const { quota_set: used } = Quota.parse(await askJson(client, 'GET', `/os-quota-sets/${project}/detail`));
  return {
    servers: await allServers(client),
    hosts: hypervisors,
    quota: { instances: used.instances.in_use, cores: used.cores.in_use, ram: used.ram.in_use },
  };
};

const allServers = async (client: ApiClient): Promise<Server[]> => {
  const servers: Server[] = [];
  for (;;) {
    const marker = servers.at(-1)?.id;
    const page = await client.list(marker === undefined ? '' : `marker=${marker}`);
    if (page.length === 0) return servers;
    servers.push(...page);
  }
};

/** @throws Error when it is refused, or there is no answer */
export const askJson = async (client: ApiClient, method: string, path: string, body?: unknown): Promise<unknown> => {
  const response = await client.call(method, path, body, HYPERVISOR_VERSION);
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.json();
};
