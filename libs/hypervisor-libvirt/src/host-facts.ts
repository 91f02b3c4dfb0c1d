import { readFile, statfs } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import type { HostInventory } from '#contracts';
import type { LibvirtConfig } from './libvirt.config.js';
import type { LibvirtClient } from './libvirt-client.js';
import { libvirtLibrary, type Out } from './native/libvirt.js';

/** What does not change while the compute service runs. */
export interface HostFacts {
  readonly vcpus: number;
  readonly memoryMb: number;
  readonly hypervisorType: string;
  /** major * 1 000 000 + minor * 1 000 + release, as libvirt and Nova write it. */
  readonly hypervisorVersion: number;
  readonly virtType: 'kvm' | 'qemu';
  /** Of the host's processor, in the words of `uname -m`: `x86_64`. */
  readonly architecture: string;
  readonly cpuInfo: Record<string, unknown>;
}

/** Offsets in virNodeInfo: char model[32]; unsigned long memory (KiB); unsigned int cpus. */
const NODE_INFO_BYTES = 64;
const MEMORY_AT = 32;
const CPUS_AT = 40;

export const readHostFacts = (client: LibvirtClient, config: LibvirtConfig): Promise<HostFacts> =>
  client.call('read the facts of the host', async connection => {
    const library = libvirtLibrary();
    const { pointer } = connection;
    const node = Buffer.alloc(NODE_INFO_BYTES);
    await connection.check('read the size of the host', library.nodeInfo(pointer, node));
    const version: Out<number | bigint> = [null];
    await connection.check('read the version of the hypervisor', library.connectVersion(pointer, version));
    const type = await connection.check('read the type of the hypervisor', library.connectType(pointer));
    const capabilities = await connection.check('read the capabilities of the host', library.connectCapabilities(pointer));
    return {
      vcpus: node.readUInt32LE(CPUS_AT),
      memoryMb: Math.floor(Number(node.readBigUInt64LE(MEMORY_AT)) / 1024),
      hypervisorType: type,
      hypervisorVersion: Number(version[0] ?? 0),
      virtType:
        config.virtType === 'auto' ? bestVirtType(capabilities, await readFile('/proc/cpuinfo', 'utf8').catch(() => '')) : config.virtType,
      architecture: architectureIn(capabilities),
      cpuInfo: cpuInfoIn(capabilities),
    };
  });

/**
 * kvm only where the processor has vmx or svm and libvirt offers it. An open /dev/kvm is not enough: nested and paravirtual
 * environments have one that cannot run ordinary guests, and virt-host-validate refuses them by the same test.
 */
export const bestVirtType = (capabilities: string, cpuinfo: string): 'kvm' | 'qemu' =>
  /^flags\s*:.*\b(vmx|svm)\b/m.test(cpuinfo) && /<domain type='kvm'/.test(capabilities) ? 'kvm' : 'qemu';

const hostCpuIn = (capabilities: string): string => /<host>[\s\S]*?<cpu>([\s\S]*?)<\/cpu>/.exec(capabilities)?.[1] ?? '';

const elementIn = (cpu: string, name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(cpu)?.[1];

export const architectureIn = (capabilities: string): string => elementIn(hostCpuIn(capabilities), 'arch') ?? 'x86_64';

/** Nova's cpu_info, from libvirt's capabilities XML. */
export const cpuInfoIn = (capabilities: string): Record<string, unknown> => {
  const cpu = hostCpuIn(capabilities);
  const [, topology = ''] = /<topology ([^>]*)\/>/.exec(cpu) ?? [];
  const count = (name: string) => Number(new RegExp(`${name}='(\\d+)'`).exec(topology)?.[1] ?? 1);
  return {
    arch: architectureIn(capabilities),
    model: elementIn(cpu, 'model') ?? 'unknown',
    vendor: elementIn(cpu, 'vendor') ?? 'unknown',
    topology: { sockets: count('sockets'), cores: count('cores'), threads: count('threads') },
    features: [...cpu.matchAll(/<feature name='([^']+)'/g)].map(([, name]) => name),
  };
};

/** The inventory as the configuration shapes it: what several hosts share is told by each as its share. */
export const inventoryOf = async (host: string, facts: HostFacts, config: LibvirtConfig): Promise<HostInventory> => ({
  total: {
    vcpus: config.total.vcpus ?? facts.vcpus,
    memoryMb: config.total.memoryMb ?? facts.memoryMb,
    diskGb: config.total.diskGb ?? (await diskGbOf(config.instancesDirectory)),
  },
  reserved: { vcpus: 0, ...config.reserved },
  cpuAllocationRatio: config.cpuAllocationRatio,
  hypervisorType: facts.hypervisorType,
  hypervisorVersion: facts.hypervisorVersion,
  hypervisorHostname: host,
  hostIp: config.hostIp ?? ownAddress(),
  cpuInfo: facts.cpuInfo,
  traits: traitsOf(facts, config),
});

/** What the host is known to have, in the names of os-traits, and what its operator says of it. */
const traitsOf = ({ architecture }: HostFacts, { traits }: LibvirtConfig): string[] => [
  `HW_ARCH_${architecture.toUpperCase()}`,
  'COMPUTE_IMAGE_TYPE_QCOW2',
  'COMPUTE_IMAGE_TYPE_RAW',
  ...new Set(traits),
];

const diskGbOf = async (directory: string): Promise<number> => {
  const { blocks, bsize } = await statfs(directory);
  return Math.floor((blocks * bsize) / 1024 ** 3);
};

const ownAddress = (): string => {
  const addresses = Object.values(networkInterfaces()).flatMap(each => each ?? []);
  return addresses.find(each => each.family === 'IPv4' && !each.internal)?.address ?? '127.0.0.1';
};
