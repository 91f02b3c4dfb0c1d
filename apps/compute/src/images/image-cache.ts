import { mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageStore } from '#compute-agent';
import type { ImageSource } from '#contracts';
import { type Clock, CloudError, type Logger, messageOf } from '#domain';
import type { LocalImage } from '#hypervisor';
import type { ImageCacheConfig } from '../compute-config.js';
import { downloadImage } from './download.js';
import { evictable } from './evictable.js';
import { readImageFacts, refuseUnusableFormat } from './image-facts.js';

const SHA512 = /^[0-9a-f]{128}$/;
const PART = /\.(\d+)-\d+\.part$/;

/**
 * The images that this host's guests are made of, each once, named by its checksum. A file under its final name is complete and
 * checked: it is written under another name, flushed and renamed. Several compute services may share the directory.
 */
export class ImageCache implements ImageStore {
  private readonly underWay = new Map<string, Promise<LocalImage>>();
  private parts = 0;
  private started: Promise<void> | undefined;

  constructor(
    private readonly config: ImageCacheConfig,
    private readonly clock: Clock,
    private readonly log: Logger,
  ) {}

  /**
   * Removes what a crash left half downloaded. Every host that needs images calls it; the first call does it.
   * @throws CloudError `unavailable` when the directory cannot be used.
   */
  start(): Promise<void> {
    this.started ??= this.prepare();
    return this.started;
  }

  /**
   * The image in the cache, downloaded when it is not there. Who asks for the same image at the same time waits for the same download.
   * @param options.deadline ms since 1970
   * @throws CloudError `invalid` for an image that no host can use, or what the download says.
   */
  async get(image: ImageSource, { deadline }: { deadline: number }): Promise<LocalImage> {
    refuseUnusableFormat(image.diskFormat);
    if (!SHA512.test(image.sha512))
      throw new CloudError('invalid', `image ${image.id}: sha512 is not 128 hexadecimal digits in lower case`);
    const known = this.underWay.get(image.sha512);
    if (known) return known;
    const work = this.find(image, deadline).finally(() => this.underWay.delete(image.sha512));
    this.underWay.set(image.sha512, work);
    return work;
  }

  /** Throws away images that no guest uses, and that are old or too many. */
  async evict(): Promise<void> {
    const { directory } = this.config;
    const names = (await readdir(directory)).filter(name => SHA512.test(name));
    const files = await Promise.all(names.map(async name => ({ name, ...(await facts(join(directory, name))) })));
    for (const name of evictable(files, { now: this.clock.now(), ...this.config })) {
      await rm(join(directory, name), { force: true });
      this.log.info('image thrown out of the cache', { sha512: name });
    }
  }

  private async prepare(): Promise<void> {
    try {
      await mkdir(this.config.directory, { recursive: true, mode: 0o755 });
      for (const name of await readdir(this.config.directory)) {
        const [, pid] = PART.exec(name) ?? [];
        if (pid !== undefined && !isRunning(Number(pid))) await rm(join(this.config.directory, name), { force: true });
      }
    } catch (cause) {
      throw new CloudError('unavailable', `the image cache ${this.config.directory} cannot be used: ${messageOf(cause)}`, { cause });
    }
  }

  private async find(image: ImageSource, deadline: number): Promise<LocalImage> {
    const path = join(this.config.directory, image.sha512);
    const cached = await this.touch(path);
    if (!cached) await this.download(image, path, deadline);
    return { path, ...(await readImageFacts(path)) };
  }

  /** Whether it is there; if so, notes that it was used. */
  private async touch(path: string): Promise<boolean> {
    try {
      const now = new Date(this.clock.now());
      await utimes(path, now, now);
      return true;
    } catch {
      // It is there, but another user's: then it is used without a note.
      return stat(path).then(
        () => true,
        () => false,
      );
    }
  }

  private async download(image: ImageSource, path: string, deadline: number): Promise<void> {
    this.parts += 1;
    const part = `${path}.${process.pid}-${this.parts}.part`;
    const startedAt = this.clock.now();
    try {
      await downloadImage(image, part, deadline - startedAt);
      // An image that no host may use is not kept either.
      await readImageFacts(part);
      await rename(part, path);
      await flushDirectory(this.config.directory);
    } catch (error) {
      await rm(part, { force: true });
      throw error;
    }
    this.log.info('image downloaded', { image: image.id, bytes: image.sizeBytes, milliseconds: this.clock.now() - startedAt });
    await this.evict().catch(error => this.log.warn('the image cache cannot be tidied', { error: messageOf(error) }));
  }
}

const facts = async (path: string) => {
  const { size, mtimeMs, nlink } = await stat(path);
  return { bytes: size, usedAt: mtimeMs, links: nlink };
};

/** The rename is safe from a crash of the machine only when the directory is on disk too. */
const flushDirectory = async (path: string): Promise<void> => {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
};

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return pid !== process.pid;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};
