import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { CloudError } from '#domain';
import type { StoredData } from './images.repository.js';
import { HEADER_BYTES, inspectDisk } from './qcow2-header.js';

export interface ReceiveLimits {
  readonly maxBytes: number;
  /** Between two pieces of data. */
  readonly idleTimeoutMs: number;
}

/**
 * Writes a stream to a new file, hashing as it passes, and returns when it is on the disk. What is there after an error is the
 * caller's to remove; the stream is left as it is, unless it stood still.
 */
export const receiveData = async (path: string, source: Readable, { maxBytes, idleTimeoutMs }: ReceiveLimits): Promise<StoredData> => {
  const file = await open(path, 'wx', 0o640);
  const idle = setTimeout(() => source.destroy(new CloudError('deadlineExceeded', `no data for ${idleTimeoutMs / 1000} s`)), idleTimeoutMs);
  try {
    const md5 = createHash('md5');
    const sha512 = createHash('sha512');
    let head: Buffer = Buffer.alloc(0);
    let sizeBytes = 0;
    const onData = (chunk: Buffer): void => {
      idle.refresh();
      sizeBytes += chunk.length;
      if (sizeBytes > maxBytes) throw tooLarge(maxBytes);
    };
    for await (const piece of inPieces(source, onData)) {
      if (head.length < HEADER_BYTES) head = checkedHead(Buffer.concat([head, piece.subarray(0, HEADER_BYTES - head.length)]));
      md5.update(piece);
      sha512.update(piece);
      await writeAll(file, piece);
    }
    await file.sync();
    const { virtualSizeBytes } = inspectDisk(head);
    return { sizeBytes, virtualSizeBytes, checksum: md5.digest('hex'), sha512: sha512.digest('hex') };
  } finally {
    clearTimeout(idle);
    await file.close();
  }
};

const PIECE_BYTES = 1024 * 1024;
const PIECE_MS = 30_000;

/**
 * The stream in pieces of a MiB: a write to disk is a trip to another thread and back, which on a busy machine costs more than what a
 * socket gives at once is worth. A slow stream's pieces are smaller, because the file's age tells the sweep that somebody writes it.
 */
async function* inPieces(source: Readable, onData: (chunk: Buffer) => void): AsyncGenerator<Buffer> {
  let chunks: Buffer[] = [];
  let bytes = 0;
  let begunAt = performance.now();
  for await (const data of source.iterator({ destroyOnReturn: false })) {
    const chunk: Buffer = data;
    onData(chunk);
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes < PIECE_BYTES && performance.now() - begunAt < PIECE_MS) continue;
    yield Buffer.concat(chunks, bytes);
    chunks = [];
    bytes = 0;
    begunAt = performance.now();
  }
  if (bytes > 0) yield Buffer.concat(chunks, bytes);
}

export const tooLarge = (maxBytes: number): CloudError =>
  new CloudError('tooLarge', `Denying attempt to upload image larger than ${maxBytes} bytes.`);

const checkedHead = (head: Buffer): Buffer => {
  const { danger } = inspectDisk(head);
  if (danger)
    throw new CloudError('invalid', `This file is refused as an image: it is ${danger}, which would make hosts open files of their own.`);
  return head;
};

/** A write may take less than it was given. */
const writeAll = async (file: FileHandle, data: Buffer): Promise<void> => {
  let written = 0;
  while (written < data.length) written += (await file.write(data, written)).bytesWritten;
};
