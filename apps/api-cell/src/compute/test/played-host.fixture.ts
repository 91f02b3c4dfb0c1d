import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import type { GuestDiagnostics } from '#contracts';
import { HostMirrorRow } from '#database';

/** Where the gateway puts what it builds. */
export const HOST = { cellPath: 'api!east', host: 'h1', node: 'h1.example.org', zone: 'nova' } as const;

/** One more, which is as the one that is played. */
export const addHost = async ({ manager }: DataSource, cellPath: string, host: string): Promise<void> => {
  const [mirror] = await manager.find(HostMirrorRow);
  await manager.insert(HostMirrorRow, { ...mirror!, id: undefined, uuid: randomUUID(), cellPath, host } as unknown as HostMirrorRow);
};

/** What the host measures of each of its servers. */
export const MEASURED: GuestDiagnostics = {
  state: 'running',
  driver: 'libvirt',
  hypervisor: 'kvm',
  hypervisorOs: 'linux',
  uptimeSeconds: 60,
  memory: { maximumMb: 512, usedMb: 256 },
  cpus: [{ id: 0, timeNs: 17_300_000_000, utilisationPercent: null }],
  disks: [{ name: 'vda', readBytes: 262_144, readRequests: 112, writeBytes: 5_778_432, writeRequests: 488, errors: null }],
  nics: [
    {
      name: 'vnet1',
      macAddress: 'fa:16:3e:01:02:03',
      rxBytes: 2_070_139,
      rxPackets: 26_701,
      rxErrors: 0,
      rxDropped: 0,
      txBytes: 140_208,
      txPackets: 662,
      txErrors: 0,
      txDropped: 0,
    },
  ],
};

/** What the command `uptime` says on it. */
export const UPTIME = ' 03:04:05 up 3 days, 12:34,  0 users,  load average: 0.00, 0.00, 0.00';
