import type { GuestDiagnostics } from '#contracts';
import { CloudError, PowerState } from '#domain';
import { disksIn, nicsIn } from './domain-facts.js';
import { startOf } from './domain-metadata.js';
import type { GuestDomains } from './guest-domains.js';
import type { LibvirtConnection } from './libvirt-connection.js';
import { libvirtLibrary, type Pointer } from './native/libvirt.js';

/** Sizes in bytes of libvirt's C structures. */
const DOMAIN_INFO = 40;
const VCPU_INFO = 24;
const BLOCK_STATS = 40;
const INTERFACE_STATS = 64;
const KB_PER_MB = 1024n;

/** @param now ms since 1970 @throws CloudError `notFound`, `conflict` unless the guest runs */
export const diagnosticsOf = async (
  domains: GuestDomains,
  instanceUuid: string,
  { virtType, now }: { readonly virtType: string; readonly now: number },
): Promise<GuestDiagnostics> => {
  const state = await domains.powerState(instanceUuid);
  if (state !== PowerState.RUNNING && state !== PowerState.NOSTATE)
    throw new CloudError('conflict', `Instance ${instanceUuid} is not running`);
  const xml = await domains.xmlOf(instanceUuid);
  return domains.withDomain('measure', instanceUuid, async (connection, domain) => {
    const what = `measure instance ${instanceUuid}`;
    const info = await connection.measured(what, DOMAIN_INFO, into => libvirtLibrary().domainInfo(domain, into));
    return {
      state: 'running',
      driver: 'libvirt',
      hypervisor: virtType,
      hypervisorOs: 'linux',
      uptimeSeconds: secondsSince(await startOf(connection, domain), now),
      memory: { maximumMb: Number(info.readBigUInt64LE(8) / KB_PER_MB), usedMb: Number(info.readBigUInt64LE(16) / KB_PER_MB) },
      cpus: await cpusOf(connection, domain, what, info.readUInt16LE(24)),
      disks: await Promise.all(disksIn(xml).map(name => diskOf(connection, domain, what, name))),
      nics: await Promise.all(nicsIn(xml).map(nic => nicOf(connection, domain, what, nic))),
    };
  });
};

/** The clock of the host that it was started on may be ahead of this one's. */
const secondsSince = (started: number | undefined, now: number): number | null =>
  started === undefined ? null : Math.max(0, Math.floor((now - started) / 1000));

const cpusOf = async (connection: LibvirtConnection, domain: Pointer, what: string, count: number): Promise<GuestDiagnostics['cpus']> => {
  const infos = await connection.measured(what, count * VCPU_INFO, into => libvirtLibrary().domainVcpus(domain, into, count, null, 0));
  return Array.from({ length: count }, (_, index) => ({
    id: infos.readUInt32LE(index * VCPU_INFO),
    timeNs: Number(infos.readBigUInt64LE(index * VCPU_INFO + 8)),
    utilisationPercent: null,
  }));
};

/** libvirt says -1 for what it cannot tell. */
const numberAt = (stats: Buffer, index: number): number | null => {
  const value = Number(stats.readBigInt64LE(index * 8));
  return value < 0 ? null : value;
};

const diskOf = async (connection: LibvirtConnection, domain: Pointer, what: string, name: string) => {
  const stats = await connection.measured(what, BLOCK_STATS, into => libvirtLibrary().domainBlockStats(domain, name, into, BLOCK_STATS));
  const at = (index: number) => numberAt(stats, index);
  return { name, readRequests: at(0), readBytes: at(1), writeRequests: at(2), writeBytes: at(3), errors: at(4) };
};

const nicOf = async (
  connection: LibvirtConnection,
  domain: Pointer,
  what: string,
  { macAddress, device }: { readonly macAddress: string; readonly device: string | undefined },
): Promise<GuestDiagnostics['nics'][number]> => {
  const stats =
    device === undefined
      ? Buffer.alloc(INTERFACE_STATS, 0xff)
      : await connection.measured(what, INTERFACE_STATS, into =>
          libvirtLibrary().domainInterfaceStats(domain, device, into, INTERFACE_STATS),
        );
  const at = (index: number) => numberAt(stats, index);
  return {
    name: device ?? 'user',
    macAddress,
    rxBytes: at(0),
    rxPackets: at(1),
    rxErrors: at(2),
    rxDropped: at(3),
    txBytes: at(4),
    txPackets: at(5),
    txErrors: at(6),
    txDropped: at(7),
  };
};
