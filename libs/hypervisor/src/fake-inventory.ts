import type { HostInventory } from '#contracts';
import type { FakeConfig } from './fake.config.js';

export const fakeInventory = (host: string, { total, reserved, cpuAllocationRatio, traits }: FakeConfig): HostInventory => ({
  total,
  reserved,
  cpuAllocationRatio,
  traits,
  hypervisorType: 'fake',
  hypervisorVersion: 1_000_000,
  hypervisorHostname: host,
  hostIp: '127.0.0.1',
  cpuInfo: { arch: 'x86_64', model: 'fake', vendor: 'fake', topology: { cores: total.vcpus, threads: 1, sockets: 1 }, features: [] },
});
