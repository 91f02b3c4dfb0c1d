import { open } from 'node:fs/promises';
import { CloudError } from '#domain';
import type { LocalImage } from '#hypervisor';

const QCOW2_MAGIC = 0x51_46_49_fb;
/** Up to and with the feature bits of version 3. */
const HEADER_BYTES = 80;
const BACKING_FILE_AT = 8;
const SIZE_AT = 24;
const FEATURES_AT = 72;
const EXTERNAL_DATA_FILE = 4n;

/**
 * What an image file is, by what is in it.
 * @throws CloudError `invalid` for a qcow2 that points to other files: such an image would let its guest read the host's.
 */
export const readImageFacts = async (path: string): Promise<Omit<LocalImage, 'path'>> => {
  const file = await open(path, 'r');
  try {
    const header = Buffer.alloc(HEADER_BYTES);
    const { bytesRead } = await file.read(header, 0, HEADER_BYTES, 0);
    if (bytesRead === HEADER_BYTES && header.readUInt32BE(0) === QCOW2_MAGIC) return qcow2Facts(header);
    return { format: 'raw', virtualSizeBytes: (await file.stat()).size };
  } finally {
    await file.close();
  }
};

const qcow2Facts = (header: Buffer): Omit<LocalImage, 'path'> => {
  const version = header.readUInt32BE(4);
  if (version !== 2 && version !== 3) throw new CloudError('invalid', `the image is a qcow2 of version ${version}, which no host can read`);
  if (header.readBigUInt64BE(BACKING_FILE_AT) !== 0n)
    throw new CloudError('invalid', 'the image is a qcow2 with a backing file, which is not allowed');
  if (version === 3 && (header.readBigUInt64BE(FEATURES_AT) & EXTERNAL_DATA_FILE) !== 0n) {
    throw new CloudError('invalid', 'the image is a qcow2 with an external data file, which is not allowed');
  }
  return { format: 'qcow2', virtualSizeBytes: Number(header.readBigUInt64BE(SIZE_AT)) };
};

/** Formats by the image service's names that a host can give to a guest as they are. */
const USABLE: ReadonlySet<string> = new Set(['qcow2', 'raw', 'ami']);

/**
 * The declared format is believed only in so far as it rules the image out; what the file is, `readImageFacts` tells.
 * @throws CloudError `invalid`
 */
export const refuseUnusableFormat = (declared: string): void => {
  if (!USABLE.has(declared))
    throw new CloudError('invalid', `images of disk format '${declared}' cannot be booted here: convert it to qcow2 or raw`);
};
