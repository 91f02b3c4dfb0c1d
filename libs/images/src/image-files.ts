import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { CloudError } from '#domain';
import type { StoredData } from './images.repository.js';
import { type ReceiveLimits, receiveData } from './receive-data.js';

const PARTIAL = '.part';

/** The data of images: one file each, complete under its key, or growing under its key with `.part`. */
export class ImageFiles {
  constructor(private readonly directory: string) {}

  async prepare(): Promise<void> {
    await mkdir(this.directory, { recursive: true, mode: 0o750 });
  }

  /**
   * Takes a stream to a file, hashing as it passes. The file has its name only when all of it is on the disk; on any error nothing
   * is left. The stream is not destroyed, unless it stands still: on HTTP that would take the connection from under the answer.
   * @throws CloudError `tooLarge`, also when the disk is full; `invalid` for a dangerous file; `deadlineExceeded` when data stops coming
   */
  async write(key: string, source: Readable, limits: ReceiveLimits): Promise<StoredData> {
    const partial = this.pathOf(key) + PARTIAL;
    try {
      const stored = await receiveData(partial, source, limits);
      await rename(partial, this.pathOf(key));
      await syncDirectory(this.directory);
      return stored;
    } catch (error) {
      await rm(partial, { force: true });
      throw DISK_FULL.has(codeOf(error)) ? new CloudError('tooLarge', 'Image storage media is full.', { cause: error }) : error;
    }
  }

  /** @throws CloudError `notFound` when the file is gone, be it that the image was deleted a moment ago. */
  async open(key: string): Promise<FileHandle> {
    try {
      return await open(this.pathOf(key), 'r');
    } catch (error) {
      if (codeOf(error) === 'ENOENT') throw new CloudError('notFound', 'The data of this image could not be found.', { cause: error });
      throw error;
    }
  }

  /** No error when there is nothing. A partial file is left to the upload that writes it. */
  async remove(key: string): Promise<void> {
    await rm(this.pathOf(key), { force: true });
  }

  /** As {@link remove}, for a key that nobody writes to any more. */
  async removeAbandoned(key: string): Promise<void> {
    await this.remove(key);
    await rm(this.pathOf(key) + PARTIAL, { force: true });
  }

  /** Whether data for this key still arrived after that time. */
  async grewSince(key: string, time: number): Promise<boolean> {
    return (await mtimeOf(this.pathOf(key) + PARTIAL)) >= time || (await mtimeOf(this.pathOf(key))) >= time;
  }

  /** Keys of all files, whole or partial, that nobody wrote to since. */
  async keysOlderThan(time: number): Promise<string[]> {
    const keys = [...new Set((await readdir(this.directory)).map(name => name.replace(/\.part$/, '')))];
    const old = await Promise.all(keys.map(async key => !(await this.grewSince(key, time))));
    return keys.filter((_, index) => old[index]);
  }

  private pathOf(key: string): string {
    return join(this.directory, key);
  }
}

const DISK_FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');

/** Without it a crash may forget the rename although the file itself is safe. */
const syncDirectory = async (directory: string): Promise<void> => {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

const mtimeOf = async (path: string): Promise<number> => {
  try {
    return (await stat(path)).mtimeMs;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return Number.NEGATIVE_INFINITY;
    throw error;
  }
};
