import type { GuestDiagnostics } from '#contracts';
import type { FakeGuest } from './fake-journal.js';
import { macAddressOf } from './guest-network.js';

const NS_PER_MS = 1_000_000;
const BUSY_PERCENT = 5;
/** Clients know the drivers that Nova's API can name, and no `fake`: Nova's own fake driver tells of libvirt, too. */
const PLAYED_DRIVER = 'libvirt';

/** What would be measured of a guest that is a little busy all the time. @param now ms since 1970 */
export const playedDiagnostics = ({ instanceUuid, shape, startedAt }: FakeGuest, now: number): GuestDiagnostics => {
  const runMs = Math.max(0, now - startedAt);
  const times = Math.floor(runMs / 1000);
  return {
    state: 'running',
    driver: PLAYED_DRIVER,
    hypervisor: 'fake',
    hypervisorOs: 'linux',
    uptimeSeconds: times,
    memory: { maximumMb: shape.memoryMb, usedMb: Math.floor(shape.memoryMb / 2) },
    cpus: Array.from({ length: shape.vcpus }, (_, id) => ({
      id,
      timeNs: Math.floor((runMs * NS_PER_MS * BUSY_PERCENT) / 100),
      utilisationPercent: BUSY_PERCENT,
    })),
    disks: [{ name: 'vda', readBytes: times * 4096, readRequests: times, writeBytes: times * 512, writeRequests: times, errors: 0 }],
    nics: [
      {
        name: 'tap0',
        macAddress: macAddressOf(instanceUuid),
        rxBytes: times * 100,
        rxPackets: times,
        rxErrors: 0,
        rxDropped: 0,
        txBytes: times * 100,
        txPackets: times,
        txErrors: 0,
        txDropped: 0,
      },
    ],
  };
};
