import { statfsSync } from 'node:fs';
import { CloudError } from '#domain';

const LEAST_FREE_MB = 1024;
const BYTES_PER_MB = 1024 * 1024;

/**
 * Databases and brokers that run out of disk stop in the middle of something; it is better said before they start.
 * @param space of the file system: what an ordinary user may still write, in blocks of so many bytes
 * @throws CloudError `unavailable`
 */
export const checkDisk = (directory: string, space: { readonly bavail: number; readonly bsize: number } = statfsSync(directory)): void => {
  const freeMb = Math.floor((space.bavail * space.bsize) / BYTES_PER_MB);
  if (freeMb >= LEAST_FREE_MB) return;
  throw new CloudError(
    'unavailable',
    `only ${freeMb} MB are free where ${directory} lies, and Canopy needs ${LEAST_FREE_MB}: make room, or choose another place with --directory`,
  );
};
