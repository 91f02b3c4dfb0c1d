import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildSpec } from '#contracts';
import { CloudError, isUuid } from '#domain';
import type { GuestSpec } from '#hypervisor';
import type { GuestDisk } from './domain-xml.js';
import { CONFIG_DRIVE, DISK, EPHEMERAL, makeConfigDrive, makeExtraDisks, makeRootDisk, SWAP } from './guest-disks.js';

/** Linux knows no socket by a longer name (sun_path, with its end). */
const LONGEST_SOCKET_PATH = 107;
/** There while a guest is paused for a copy of its disk. */
const HELD_STILL = 'held-still';

/** What a guest has on the host's disk. */
export interface GuestFileSet {
  readonly disks: readonly GuestDisk[];
  readonly configDrivePath: string | null;
  readonly consolePath: string;
  /** Null where the name of the directory is too long for a socket in it. */
  readonly serialPath: string | null;
}

/** The directories of a host's guests, one for each instance, named by its uuid. */
export class GuestFiles {
  constructor(private readonly directory: string) {}

  /** @throws CloudError `unavailable` when the directory cannot be made. */
  async prepare(): Promise<void> {
    try {
      // Others may pass through (QEMU is another user), but not look around.
      await mkdir(this.directory, { recursive: true, mode: 0o711 });
    } catch (cause) {
      throw new CloudError('unavailable', `the instances directory ${this.directory} cannot be made: ${String(cause)}`, { cause });
    }
  }

  directoryOf(instanceUuid: string): string {
    return join(this.directory, instanceUuid);
  }

  consolePath(instanceUuid: string): string {
    return join(this.directoryOf(instanceUuid), 'console.log');
  }

  /** The socket of the serial line. */
  serialPath(instanceUuid: string): string {
    return join(this.directoryOf(instanceUuid), 'serial');
  }

  /** Instances that have a directory here, with a guest or without. */
  async instances(): Promise<string[]> {
    return (await readdir(this.directory)).filter(isUuid);
  }

  /** Notes that a guest which runs is paused by us for a moment. */
  async holdStill(instanceUuid: string): Promise<void> {
    await writeFile(join(this.directoryOf(instanceUuid), HELD_STILL), '');
  }

  async letGo(instanceUuid: string): Promise<void> {
    await rm(join(this.directoryOf(instanceUuid), HELD_STILL), { force: true });
  }

  /** Guests that are noted, from before the service was last stopped or killed. */
  async heldStill(): Promise<string[]> {
    return (await this.instances()).filter(instanceUuid => existsSync(join(this.directoryOf(instanceUuid), HELD_STILL)));
  }

  /**
   * Makes a guest's files anew; what an interrupted attempt left is thrown away.
   * @throws CloudError `invalid` for a flavor that the image does not fit, `noValidHost` when the host's disk is full.
   */
  async create({ build, image }: GuestSpec): Promise<GuestFileSet> {
    const directory = this.directoryOf(build.instanceUuid);
    await rm(directory, { recursive: true, force: true });
    try {
      await mkdir(directory, { mode: 0o711 });
      await makeRootDisk(directory, build, image);
      await makeExtraDisks(directory, build);
      if (build.configDrive) await makeConfigDrive(directory, build);
      const files = this.of(build);
      // Made here, so that it is ours to read whoever writes it: QEMU, as another user, or virtlogd, as root.
      await writeFile(files.consolePath, '', { mode: 0o666 });
      return files;
    } catch (error) {
      await this.remove(build.instanceUuid);
      throw this.explained(error);
    }
  }

  /** What `create` makes for a guest. */
  of(build: BuildSpec): GuestFileSet {
    const directory = this.directoryOf(build.instanceUuid);
    const { ephemeralGb, swapMb } = build.flavor;
    const disks: GuestDisk[] = [{ path: join(directory, DISK), format: 'qcow2' }];
    if (ephemeralGb > 0) disks.push({ path: join(directory, EPHEMERAL), format: 'raw' });
    if (swapMb > 0) disks.push({ path: join(directory, SWAP), format: 'raw' });
    const configDrivePath = build.configDrive ? join(directory, CONFIG_DRIVE) : null;
    const serialPath = this.serialPath(build.instanceUuid);
    return {
      disks,
      configDrivePath,
      consolePath: this.consolePath(build.instanceUuid),
      serialPath: Buffer.byteLength(serialPath) <= LONGEST_SOCKET_PATH ? serialPath : null,
    };
  }

  /** A root disk of another image, and a config drive with another password, before the guest's own disks. */
  async createRescue({ build, image }: GuestSpec): Promise<GuestFileSet> {
    const directory = this.rescueDirectory(build.instanceUuid);
    await this.removeRescue(build.instanceUuid);
    try {
      await mkdir(directory, { mode: 0o711 });
      await makeRootDisk(directory, build, image);
      const configDrivePath = build.configDrive ? await makeConfigDrive(directory, build) : null;
      const own = this.of(build);
      return { ...own, disks: [{ path: join(directory, DISK), format: 'qcow2' }, ...own.disks], configDrivePath };
    } catch (error) {
      await this.removeRescue(build.instanceUuid);
      throw this.explained(error);
    }
  }

  async removeRescue(instanceUuid: string): Promise<void> {
    await rm(this.rescueDirectory(instanceUuid), { recursive: true, force: true });
  }

  private rescueDirectory(instanceUuid: string): string {
    return join(this.directoryOf(instanceUuid), 'rescue');
  }

  /** An error in making files, as the cell shall see it. */
  explained(error: unknown): unknown {
    return isDiskFull(error) ? new CloudError('noValidHost', `the disk of ${this.directory} is full`, { cause: error }) : error;
  }

  async remove(instanceUuid: string): Promise<void> {
    await rm(this.directoryOf(instanceUuid), { recursive: true, force: true });
  }
}

const isDiskFull = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
