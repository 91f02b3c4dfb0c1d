import type { TransferProgress } from '#contracts';
import { CloudError } from '#domain';
import type { GuestDomains } from './guest-domains.js';
import { LibvirtConnection } from './libvirt-connection.js';
import { libvirtLibrary, type Out, type Pointer } from './native/libvirt.js';
import type { LibvirtAddress } from './open-connection.js';

/** Where a guest is sent, and as what. */
export interface TransferPlan {
  /** The other host's libvirtd, as this host's reaches it. */
  readonly uri: string;
  /** The address on which the other host's QEMU listens. */
  readonly listen: string;
  /** The domain there, as it runs and as it is defined. */
  readonly xml: { readonly running: string; readonly defined: string };
}

/** virDomainMigrateFlags: live (1), by the two libvirtds (2), defined there (8) and not here any more (16), with its disks (64), slowed
 * down until it can be caught up with (8192). */
const FLAGS = 1 | 2 | 8 | 16 | 64 | 8192;
const JOB_NONE = 0;
/** virDomainJobInfo: the type, two times, then totals, processed and remaining of data, memory and files, 8 bytes each. */
const JOB_INFO = 96;
const MEMORY = 48;
const FILES = 72;
/**
 * Has libvirt send a guest to another host while it runs; ends when that is over, which takes as long as it takes. The two libvirtds
 * do it by themselves: they go on when this process dies.
 */
export const transferGuest = async (own: LibvirtAddress, instanceUuid: string, { uri, listen, xml }: TransferPlan): Promise<void> => {
  // A connection of its own: calls of others have an end that this has not.
  const connection = await LibvirtConnection.open(own);
  try {
    await connection.withDomain(instanceUuid, domain =>
      withParams(
        {
          destination_xml: xml.running,
          persistent_xml: xml.defined,
          migrate_uri: `tcp://${listen.includes(':') ? `[${listen}]` : listen}`,
          listen_address: listen,
        },
        (params, count) =>
          connection.check(`send instance ${instanceUuid}`, libvirtLibrary().domainMigrate(domain, uri, params, count, FLAGS)),
      ),
    );
  } finally {
    await connection.close();
  }
};

/** How far what is being done with a guest has come; undefined when nothing is. @throws CloudError `notFound` */
export const progressOf = (domains: GuestDomains, instanceUuid: string): Promise<TransferProgress | undefined> =>
  domains.withDomain('see the job of', instanceUuid, async (connection, domain) => {
    const info = await connection.measured(`see the job of instance ${instanceUuid}`, JOB_INFO, into =>
      libvirtLibrary().domainJobInfo(domain, into),
    );
    if (info.readInt32LE(0) === JOB_NONE) return undefined;
    const at = (offset: number) => Number(info.readBigUInt64LE(offset));
    return {
      memoryTotalBytes: at(MEMORY),
      memoryProcessedBytes: at(MEMORY + 8),
      memoryRemainingBytes: at(MEMORY + 16),
      diskTotalBytes: at(FILES),
      diskProcessedBytes: at(FILES + 8),
      diskRemainingBytes: at(FILES + 16),
    };
  });

/** Nothing when nothing is being done, or it cannot be stopped any more. */
export const abortTransfer = (domains: GuestDomains, instanceUuid: string): Promise<void> =>
  domains
    .withDomain('abort the job of', instanceUuid, async (connection, domain) => {
      await connection.check(`abort the job of instance ${instanceUuid}`, libvirtLibrary().domainAbortJob(domain));
    })
    .catch(error => {
      if (!(error instanceof CloudError && (error.kind === 'conflict' || error.kind === 'notFound'))) throw error;
    });

const withParams = async <T>(values: Readonly<Record<string, string>>, run: (params: Pointer, count: number) => Promise<T>): Promise<T> => {
  const library = libvirtLibrary();
  const [params, count, room]: [Out<Pointer>, Out<number>, Out<number>] = [[null], [0], [0]];
  try {
    for (const [name, value] of Object.entries(values))
      if (library.addParam(params, count, room, name, value) < 0) throw new CloudError('internal', `libvirt does not take ${name}`);
    return await run(params[0]!, count[0]!);
  } finally {
    if (params[0] !== null) library.freeParams(params[0], count[0] ?? 0);
  }
};
