import { constants, createReadStream } from 'node:fs';
import { access, copyFile, link, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudError } from '#domain';
import type { GuestFile, GuestSpec } from '#hypervisor';
import { BASE, CONFIG_DRIVE, DISK, EPHEMERAL, SWAP } from './guest-disks.js';
import type { GuestFiles } from './guest-files.js';
import { remakeFiles } from './remake-files.js';

const DEFINITION = 'domain.xml';
const CONSOLE = 'console.log';
/** Of a guest that moves, all that it takes with it. */
const MOVED = [BASE, DISK, EPHEMERAL, SWAP, CONFIG_DRIVE, CONSOLE];
const READ_BYTES = 256 * 1024;

/**
 * Files of guests that move. What is put aside is the guest's whole directory under another name, with the definition of its domain in
 * it; what another host sends comes in a directory of its own for each placement, and becomes the guest's when it is whole.
 */
export class MovedFiles {
  constructor(
    private readonly directory: string,
    private readonly files: GuestFiles,
  ) {}

  isAside(instanceUuid: string): Promise<boolean> {
    return exists(this.aside(instanceUuid));
  }

  async putAside(instanceUuid: string, definition: string): Promise<void> {
    const own = this.files.directoryOf(instanceUuid);
    await writeFile(join(own, DEFINITION), definition, { mode: 0o600 });
    await rename(own, this.aside(instanceUuid));
  }

  async list(instanceUuid: string): Promise<GuestFile[]> {
    const directory = this.aside(instanceUuid);
    const found = new Set(await readdir(directory));
    const names = MOVED.filter(name => found.has(name));
    return Promise.all(names.map(async name => ({ name, bytes: (await stat(join(directory, name))).size, isImage: name === BASE })));
  }

  /** @throws CloudError `notFound` */
  async read(instanceUuid: string, name: string): Promise<AsyncIterable<Uint8Array>> {
    const path = join(this.aside(instanceUuid), name);
    if (!MOVED.includes(name) || !(await exists(path)))
      throw new CloudError('notFound', `instance ${instanceUuid} has no file ${name} put aside here`);
    return createReadStream(path, { highWaterMark: READ_BYTES });
  }

  /** Writes one file of what another host sends; one that is there whole stays. */
  async takeIn(instanceUuid: string, epoch: number, file: GuestFile, data: () => AsyncIterable<Uint8Array>): Promise<void> {
    if (!MOVED.includes(file.name)) throw new CloudError('invalid', `${file.name} is no file of a guest`);
    const directory = this.incoming(instanceUuid, epoch);
    await mkdir(directory, { recursive: true, mode: 0o711 });
    const path = join(directory, file.name);
    if (await exists(path)) return;
    await writeWhole(`${path}.part`, data());
    await rename(`${path}.part`, path);
  }

  /** The guest's directory from what was put aside here, which stays. */
  async remakeHere(guest: GuestSpec): Promise<void> {
    const { instanceUuid } = guest.build;
    const [from, to] = [this.aside(instanceUuid), this.files.directoryOf(instanceUuid)];
    await rm(to, { recursive: true, force: true });
    await mkdir(to, { mode: 0o711 });
    for (const { name } of await this.list(instanceUuid)) await copy(join(from, name), join(to, name), { shared: name === BASE });
    await remakeFiles(to, guest);
  }

  /** The guest's directory from what came in for its placement. @throws CloudError `notFound` when nothing did. */
  async remakeFromElsewhere(guest: GuestSpec): Promise<void> {
    const { instanceUuid } = guest.build;
    const [from, to] = [this.incoming(instanceUuid, guest.epoch), this.files.directoryOf(instanceUuid)];
    if (!(await exists(join(from, DISK)))) throw new CloudError('notFound', `no host has sent the disk of instance ${instanceUuid}`);
    await rm(to, { recursive: true, force: true });
    await rename(from, to);
    await remakeFiles(to, guest);
  }

  /** What was put aside is the guest's directory again. @returns the definition of its domain */
  async restore(instanceUuid: string): Promise<string> {
    const own = this.files.directoryOf(instanceUuid);
    const definition = await readFile(join(this.aside(instanceUuid), DEFINITION), 'utf8');
    await rm(own, { recursive: true, force: true });
    await rename(this.aside(instanceUuid), own);
    return definition;
  }

  async forget(instanceUuid: string): Promise<void> {
    await rm(this.aside(instanceUuid), { recursive: true, force: true });
  }

  /** Whatever moves have left of an instance. */
  async removeAll(instanceUuid: string): Promise<void> {
    await this.forget(instanceUuid);
    const left = (await readdir(this.directory)).filter(name => name.startsWith(`${instanceUuid}.incoming-`));
    for (const name of left) await rm(join(this.directory, name), { recursive: true, force: true });
  }

  private aside(instanceUuid: string): string {
    return join(this.directory, `${instanceUuid}.aside`);
  }

  private incoming(instanceUuid: string, epoch: number): string {
    return join(this.directory, `${instanceUuid}.incoming-${epoch}`);
  }
}

/** A file that nobody writes to is shared. */
const copy = (from: string, to: string, { shared }: { shared: boolean }): Promise<void> =>
  shared ? link(from, to).catch(() => copyFile(from, to, constants.COPYFILE_FICLONE)) : copyFile(from, to, constants.COPYFILE_FICLONE);

const writeWhole = async (path: string, data: AsyncIterable<Uint8Array>): Promise<void> => {
  const file = await open(path, 'w', 0o600);
  try {
    for await (const chunk of data) await file.writeFile(chunk);
    await file.sync();
  } finally {
    await file.close();
  }
};

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
