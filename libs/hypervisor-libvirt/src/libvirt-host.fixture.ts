import { execFile } from 'node:child_process';
import { open } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { type Clock, silentLogger } from '#domain';
import type { LocalImage } from '#hypervisor';
import { LibvirtConfig } from './libvirt.config.js';
import { LibvirtDriver } from './libvirt.driver.js';

export const run = promisify(execFile);
const TOOLS = resolve('tools');
export const HOST = join(TOOLS, 'libvirt/libvirtd-host.sh');
export const MINUTES = 60_000;

export const clock: Clock = { now: () => Date.now(), sleep: milliseconds => new Promise(done => setTimeout(done, milliseconds)) };

/** The image that real guests boot: it tells on its console who it is and how often it has booted. */
export const makeImage = async (directory: string): Promise<LocalImage> => {
  const path = join(directory, 'tiny.qcow2');
  await run(join(TOOLS, 'image/make-image.sh'), [path], { timeout: 5 * MINUTES });
  const header = Buffer.alloc(32);
  const file = await open(path);
  await file.read(header, 0, 32, 0);
  await file.close();
  return { path, format: 'qcow2', virtualSizeBytes: Number(header.readBigUInt64BE(24)) };
};

/** Starts a libvirtd of its own for the host with this directory. @returns its URI */
export const startHost = async (directory: string, name: string): Promise<string> =>
  (await run(HOST, ['start', directory, name], { timeout: 2 * MINUTES })).stdout.trim();

export const stopHost = async (directory: string): Promise<void> => {
  await run(HOST, ['kill-guests', directory]);
  await run(HOST, ['stop', directory]);
};

/** A started driver of a small host. */
export const startDriver = async (host: string, uri: string, options: object = {}): Promise<LibvirtDriver> => {
  const config = LibvirtConfig.parse({
    kind: 'libvirt',
    uri,
    instancesDirectory: join(host, 'instances'),
    diskCache: 'unsafe',
    tcgCacheMb: 32,
    softRebootSeconds: 20,
    total: { vcpus: 4, memoryMb: 4096, diskGb: 50 },
    ...options,
  });
  const driver = new LibvirtDriver({ host: 'h', config, clock, log: silentLogger });
  await driver.start();
  return driver;
};
