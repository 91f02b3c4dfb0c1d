import { randomInt } from 'node:crypto';
import { PortPicker, pickApiPorts } from '../tools/stack/ports.js';
import { parseTopology, type Topology } from '../tools/stack/topology.js';
import type { BenchOptions } from './options.js';

const HOSTS_PER_LEAF = 15;
const LEAVES = 2;
/** The smallest flavor that the api cell makes by itself: one vcpu, and what else it takes on a host. */
export const FLAVOR = { id: '6', memoryMb: 128, diskGb: 1 };
/** Of every played host; each vcpu is given to four guests. */
const HOST = { vcpus: 64, memoryMb: 262_144, diskGb: 4_000 };
const GUESTS_PER_VCPU = 4;
/** Room for the servers that are being deleted while the next are built, and for hosts that fill unevenly. */
const SPARE = 3;

/**
 * A root, an inner cell with a leaf below it, and a second leaf beside: three levels, three cells below the root, 30 hosts that do
 * their work at once. So what is measured is the control plane alone, as with Nova's own fake driver.
 */
export const benchTopology = async (options: BenchOptions): Promise<Topology> => {
  const hosts = (namePrefix: string) => ({ count: HOSTS_PER_LEAF, namePrefix, ...hostFor(options.servers), fake: { delays: NO_DELAYS } });
  return parseTopology({
    name: 'api',
    driver: 'fake',
    log: 'warn',
    workers: options.workers,
    portBase: randomInt(23_000, 31_000),
    listen: await pickApiPorts(new PortPicker(randomInt(20_000, 22_000))),
    servers: { shared: options.shared },
    cells: [
      { name: 'west', cells: [{ name: 'a', hosts: hosts('a') }] },
      { name: 'east', hosts: hosts('e') },
    ],
  });
};

const AT_ONCE = { meanMs: 0 };
const NO_DELAYS = { spawn: AT_ONCE, destroy: AT_ONCE, power: AT_ONCE };

/** Ordinary hosts, or larger ones when the measured servers would fill these. */
const hostFor = (servers: number) => {
  const guests = Math.ceil((servers * SPARE) / (HOSTS_PER_LEAF * LEAVES));
  return {
    vcpus: Math.max(HOST.vcpus, Math.ceil(guests / GUESTS_PER_VCPU)),
    memoryMb: Math.max(HOST.memoryMb, guests * FLAVOR.memoryMb),
    diskGb: Math.max(HOST.diskGb, guests * FLAVOR.diskGb),
  };
};
