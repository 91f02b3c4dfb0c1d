import { CloudError, messageOf } from '#domain';
import { ComputeAgent } from './compute-agent.js';
import { type ComputeConfig, type HostConfig, hostsOf } from './compute-config.js';
import { ImageCache } from './images/image-cache.js';
import { type DriverDeps, makeDriver } from './make-driver.js';

/** Hosts that are started together: each libvirt host takes a connection or two, and a slow one should not hold up the others. */
const AT_ONCE = 20;

/**
 * The agents of all hosts that one compute service plays, started, with one image cache for all.
 * @throws CloudError naming the host that cannot be started; those that were are stopped again.
 */
export const startAgents = async (config: ComputeConfig, deps: DriverDeps): Promise<ComputeAgent[]> => {
  const images = new ImageCache(config.imageCache, deps.clock, deps.log);
  const hosts = hostsOf(config);
  const agents: ComputeAgent[] = [];
  let cacheStarted: Promise<void> | undefined;
  const startOne = async (host: HostConfig) => {
    const driver = makeDriver(host, deps);
    // A service of fake hosts needs no directory for images.
    if (driver.capabilities.localImages) await (cacheStarted ??= images.start());
    const agent = new ComputeAgent({ ...deps, host: host.name, zone: host.zone, driver, images, concurrency: host.concurrency, shutdownSeconds: config.shutdownSeconds });
    await agent.start();
    agents.push(agent);
  };
  for (let from = 0; from < hosts.length; from += AT_ONCE) {
    const results = await Promise.allSettled(hosts.slice(from, from + AT_ONCE).map(host => startOne(host).catch(cause => fail(host, cause))));
    const failed = results.find(result => result.status === 'rejected');
    if (!failed) continue;
    await Promise.all(agents.map(agent => agent.stop()));
    throw failed.reason;
  }
  return agents;
};

const fail = (host: HostConfig, cause: unknown): never => {
  throw new CloudError(cause instanceof CloudError ? cause.kind : 'internal', `host ${host.name}: ${messageOf(cause)}`, { cause });
};
