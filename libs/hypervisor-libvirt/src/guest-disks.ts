import { constants } from 'node:fs';
import { copyFile, link, mkdir, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BuildSpec } from '#contracts';
import { CloudError } from '#domain';
import { CONFIG_DRIVE_LABEL, configDriveFiles, type LocalImage } from '#hypervisor';
import { runTool } from './run-tool.js';

export const GIB = 1024 ** 3;
const MIB = 1024 ** 2;

/** What the files in a guest's directory are called. `DISK` is an overlay on `BASE`, where the guest was made of an image. */
export const DISK = 'disk';
export const BASE = 'base';
export const EPHEMERAL = 'disk.ephemeral';
export const SWAP = 'disk.swap';
export const CONFIG_DRIVE = 'disk.config';

/** An overlay on the image, as large as the flavor says; without an image, an empty disk. */
export const makeRootDisk = async (directory: string, build: BuildSpec, image: LocalImage | null): Promise<void> => {
  const path = join(directory, DISK);
  const wanted = build.flavor.rootGb * GIB;
  if (image === null) {
    if (wanted === 0) throw new CloudError('invalid', `flavor ${build.flavor.name} has no root disk, and the instance has no image`);
    await runTool('qemu-img', ['create', '-q', '-f', 'qcow2', path, String(wanted)]);
    return;
  }
  if (wanted > 0 && image.virtualSizeBytes > wanted) {
    throw new CloudError(
      'invalid',
      `the image needs a root disk of ${Math.ceil(image.virtualSizeBytes / GIB)} GB, flavor ${build.flavor.name} has ${build.flavor.rootGb}`,
    );
  }
  const base = await keepImage(directory, image);
  // A root disk of 0 GB means as large as the image.
  const size = wanted > 0 ? [String(wanted)] : [];
  await runTool('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', base, '-F', image.format, path, ...size]);
};

/**
 * The guest's own name for the image under its overlay. It is a second link to the cached file, so the cache may drop an image at
 * any time and no guest loses its disk; the link count tells the cache which images are in use. Where a link is impossible
 * (another file system, another owner) the guest gets a copy.
 */
export const keepImage = async (directory: string, image: LocalImage): Promise<string> => {
  const base = join(directory, BASE);
  try {
    await link(image.path, base);
  } catch {
    await copyFile(image.path, base, constants.COPYFILE_FICLONE);
  }
  return base;
};

/** The flavor's ephemeral disk and swap, ready to be mounted. */
export const makeExtraDisks = async (directory: string, { flavor }: BuildSpec): Promise<void> => {
  if (flavor.ephemeralGb > 0) await makeEphemeralDisk(directory, flavor.ephemeralGb);
  if (flavor.swapMb > 0) await makeSwap(directory, flavor.swapMb);
};

export const makeEphemeralDisk = async (directory: string, gb: number): Promise<void> => {
  const path = await sparseFile(join(directory, EPHEMERAL), gb * GIB);
  await runTool('mkfs.ext4', ['-q', '-F', '-L', 'ephemeral0', path]);
};

export const makeSwap = async (directory: string, mb: number): Promise<void> => {
  const path = await sparseFile(join(directory, SWAP), mb * MIB);
  await runTool('mkswap', ['--label', 'swap0', path]);
};

const sparseFile = async (path: string, bytes: number): Promise<string> => {
  await writeFile(path, '', { mode: 0o600 });
  await truncate(path, bytes);
  return path;
};

/** The files lie in clear on the host only as long as the image of them is being made: they may hold a password. */
export const makeConfigDrive = async (directory: string, build: BuildSpec): Promise<string> => {
  const source = await mkdtemp(join(directory, 'config-'));
  const path = join(directory, CONFIG_DRIVE);
  try {
    for (const file of configDriveFiles(build)) {
      const target = join(source, file.path);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, file.content, { mode: 0o600 });
    }
    await runTool('genisoimage', [
      '-quiet',
      '-ldots',
      '-allow-lowercase',
      '-allow-multidot',
      '-l',
      '-J',
      '-r',
      '-V',
      CONFIG_DRIVE_LABEL,
      '-publisher',
      'Canopy',
      '-o',
      `${path}.part`,
      source,
    ]);
    await rename(`${path}.part`, path);
  } finally {
    await rm(source, { recursive: true, force: true });
  }
  return path;
};
