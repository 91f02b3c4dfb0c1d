/** How much of a file is needed to look at its header. */
export const HEADER_BYTES = 512;

const MAGIC = 0x514649fb;
const EXTERNAL_DATA_FILE = 1n << 2n;

export interface DiskHeader {
  /** Null when the file does not tell, as a raw disk does not. */
  readonly virtualSizeBytes: number | null;
  /** Why the file must not be an image, if so. */
  readonly danger?: string;
}

/**
 * Reads a qcow2 header, whatever format the user called the file. One that names another file is refused: the hypervisor would open
 * that file with its own rights, and hand a tenant the host's /etc/shadow or a neighbour's disk (CVE-2015-5163, CVE-2024-32498).
 */
export const inspectDisk = (head: Buffer): DiskHeader => {
  if (head.length < 72 || head.readUInt32BE(0) !== MAGIC) return { virtualSizeBytes: null };
  const virtualSizeBytes = Number(head.readBigUInt64BE(24));
  if (head.readBigUInt64BE(8) !== 0n) return { virtualSizeBytes, danger: 'a qcow2 file with a backing file' };
  const version = head.readUInt32BE(4);
  const external = version >= 3 && head.length >= 80 && (head.readBigUInt64BE(72) & EXTERNAL_DATA_FILE) !== 0n;
  return external ? { virtualSizeBytes, danger: 'a qcow2 file with an external data file' } : { virtualSizeBytes };
};
