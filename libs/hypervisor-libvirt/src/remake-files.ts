import { stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { GuestSpec } from '#hypervisor';
import { BASE, CONFIG_DRIVE, DISK, EPHEMERAL, GIB, keepImage, makeConfigDrive, makeEphemeralDisk, makeSwap, SWAP } from './guest-disks.js';
import { runTool } from './run-tool.js';

const DiskInfo = z.object({
  'virtual-size': z.number(),
  'backing-filename': z.string().optional(),
  'backing-filename-format': z.enum(['qcow2', 'raw']).optional(),
});

/** Makes the files in a directory, which are a guest's of another flavor or another host, those that `guest` has. Done again it changes nothing. */
export const remakeFiles = async (directory: string, { build, image }: GuestSpec): Promise<void> => {
  const has = (name: string) => sizeOf(join(directory, name)).then(bytes => bytes !== undefined);
  if (image && !(await has(BASE))) await keepImage(directory, image);
  await growRootDisk(directory, build.flavor.rootGb * GIB);
  const { ephemeralGb, swapMb } = build.flavor;
  // What is on it stays; the file system in it is the guest's to grow.
  if (ephemeralGb > 0 && (await has(EPHEMERAL))) await growFile(join(directory, EPHEMERAL), ephemeralGb * GIB);
  else if (ephemeralGb > 0) await makeEphemeralDisk(directory, ephemeralGb);
  if (swapMb > 0 && (await sizeOf(join(directory, SWAP))) !== swapMb * 1024 ** 2) await makeSwap(directory, swapMb);
  if (build.configDrive && !(await has(CONFIG_DRIVE))) await makeConfigDrive(directory, build);
  await writeFile(join(directory, 'console.log'), '', { flag: 'a', mode: 0o666 });
};

/** The overlay names its base by the whole path, which is another on another host. */
const growRootDisk = async (directory: string, wanted: number): Promise<void> => {
  const path = join(directory, DISK);
  const info = DiskInfo.parse(JSON.parse(await runTool('qemu-img', ['info', '--output=json', '-U', '-f', 'qcow2', path])));
  const { 'backing-filename': backing, 'backing-filename-format': format = 'qcow2' } = info;
  const base = join(directory, BASE);
  if (backing !== undefined && backing !== base) await runTool('qemu-img', ['rebase', '-u', '-f', 'qcow2', '-b', base, '-F', format, path]);
  if (wanted > info['virtual-size']) await runTool('qemu-img', ['resize', '-q', '-f', 'qcow2', path, String(wanted)]);
};

const growFile = async (path: string, bytes: number): Promise<void> => {
  if (((await sizeOf(path)) ?? 0) < bytes) await truncate(path, bytes);
};

const sizeOf = (path: string): Promise<number | undefined> =>
  stat(path).then(
    ({ size }) => size,
    () => undefined,
  );
