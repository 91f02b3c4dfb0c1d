import type { LibvirtConnection } from './libvirt-connection.js';
import { unlessNotFound } from './libvirt-errors.js';
import { libvirtLibrary, type Pointer } from './native/libvirt.js';

const METADATA_ELEMENT = 2; // VIR_DOMAIN_METADATA_ELEMENT

/** Of what runs (VIR_DOMAIN_AFFECT_LIVE), or as it was defined last, whatever runs (VIR_DOMAIN_AFFECT_CONFIG). */
export const Metadata = { LIVE: 1, DEFINED: 2 } as const;

/** Our element of a namespace, without which a domain gives ''. @throws CloudError `conflict` for one that is not running, or not defined */
export const readMetadata = (connection: LibvirtConnection, domain: Pointer, namespace: string, of: number): Promise<string> =>
  connection.check('read metadata', libvirtLibrary().domainMetadata(domain, METADATA_ELEMENT, namespace, of)).catch(unlessNotFound(''));

/*
 * When a guest was started is written into the metadata of what runs. It outlives this process and libvirtd, goes along with a guest that
 * is sent to another host or saved to a file, and is gone when the guest is off.
 */

const RUN_NAMESPACE = 'urn:canopy:run:1';
const RUN_PREFIX = 'canopyrun';

/** @param now ms since 1970 */
export const noteStart = async (connection: LibvirtConnection, domain: Pointer, now: number): Promise<void> => {
  const element = `<run startedAt='${new Date(now).toISOString()}'/>`;
  const noted = libvirtLibrary().domainSetMetadata(domain, METADATA_ELEMENT, element, RUN_PREFIX, RUN_NAMESPACE, Metadata.LIVE);
  // Not all of libvirt's drivers keep it, and a guest may have ended already: it was started all the same.
  await connection.check('note the start of a guest', noted).catch(() => undefined);
};

/** In ms since 1970; undefined for a guest that somebody else has started, or an earlier release. */
export const startOf = async (connection: LibvirtConnection, domain: Pointer): Promise<number | undefined> => {
  const [, startedAt = ''] =
    /\bstartedAt=['"]([^'"]+)['"]/.exec(await readMetadata(connection, domain, RUN_NAMESPACE, Metadata.LIVE)) ?? [];
  const started = Date.parse(startedAt);
  return Number.isNaN(started) ? undefined : started;
};
