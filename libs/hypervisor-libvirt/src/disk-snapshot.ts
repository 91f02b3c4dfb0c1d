import { constants, createReadStream } from 'node:fs';
import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DiskSnapshot } from '#hypervisor';
import { runTool } from './run-tool.js';

/** Converting a large disk takes its time. */
const CONVERT_SECONDS = 6 * 3600;
const READ_BYTES = 256 * 1024;

/**
 * Makes an image of the root disk in a guest's directory. What may be written to is only the overlay on its image: it is copied while
 * `still` holds the guest still, which on a file system that shares blocks takes no time, and converted while the guest goes on.
 * What an interrupted attempt left is overwritten.
 */
export const snapshotDisk = async (
  directory: string,
  format: 'qcow2' | 'raw',
  still: (copy: () => Promise<void>) => Promise<void>,
): Promise<DiskSnapshot> => {
  const overlay = join(directory, 'snapshot.overlay');
  const image = join(directory, 'snapshot.image');
  const discard = () => rm(image, { force: true });
  try {
    await still(() => copyFile(join(directory, 'disk'), overlay, constants.COPYFILE_FICLONE));
    await runTool('qemu-img', ['convert', '-f', 'qcow2', '-O', format, overlay, image], { seconds: CONVERT_SECONDS });
  } catch (error) {
    await discard();
    throw error;
  } finally {
    await rm(overlay, { force: true });
  }
  return { data: () => createReadStream(image, { highWaterMark: READ_BYTES }), discard };
};
