import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { CloudError } from '#domain';
import type { StoredData } from './images.repository.js';
import { HEADER_BYTES, inspectDisk } from './qcow2-header.js';

export interface WriteLimits {
  readonly maxBytes: number;
  /** Between two pieces of data. */
  readonly idleTimeoutMs: number;
}

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
  async write(key: string, source: Readable, limits: WriteLimits): Promise<StoredData> {
    const partial = this.pathOf(key) + PARTIAL;
    try {
      const stored = await fill(partial, source, limits);
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

const fill = async (path: string, source: Readable, { maxBytes, idleTimeoutMs }: WriteLimits): Promise<StoredData> => {
  const file = await open(path, 'wx', 0o640);
  const idle = setTimeout(() => source.destroy(new CloudError('deadlineExceeded', `no data for ${idleTimeoutMs / 1000} s`)), idleTimeoutMs);
  try {
    const md5 = createHash('md5');
    const sha512 = createHash('sha512');
    let head: Buffer = Buffer.alloc(0);
    let sizeBytes = 0;
    for await (const chunk of source.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      idle.refresh();
      sizeBytes += chunk.length;
      if (sizeBytes > maxBytes) throw tooLarge(maxBytes);
      if (head.length < HEADER_BYTES) head = checkedHead(Buffer.concat([head, chunk.subarray(0, HEADER_BYTES - head.length)]));
      md5.update(chunk);
      sha512.update(chunk);
      await writeAll(file, chunk);
    }
    await file.sync();
    const { virtualSizeBytes } = inspectDisk(head);
    return { sizeBytes, virtualSizeBytes, checksum: md5.digest('hex'), sha512: sha512.digest('hex') };
  } finally {
    clearTimeout(idle);
    await file.close();
  }
};

export const tooLarge = (maxBytes: number): CloudError =>
  new CloudError('tooLarge', `Denying attempt to upload image larger than ${maxBytes} bytes.`);

const checkedHead = (head: Buffer): Buffer => {
  const { danger } = inspectDisk(head);
  if (danger) throw new CloudError('invalid', `This file is refused as an image: it is ${danger}, which would make hosts open files of their own.`);
  return head;
};

/** A write may take less than it was given. */
const writeAll = async (file: FileHandle, data: Buffer): Promise<void> => {
  let written = 0;
  while (written < data.length) written += (await file.write(data, written)).bytesWritten;
};

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
