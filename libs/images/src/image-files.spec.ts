import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ImageFiles } from './image-files.js';

let root = '';
let directory = '';
let files: ImageFiles;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'canopy-images-'));
  directory = join(root, 'a/b');
  files = new ImageFiles(directory);
  await files.prepare();
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const limits = { maxBytes: 1_000_000, idleTimeoutMs: 5000 };
const hash = (algorithm: string, data: Buffer) => createHash(algorithm).update(data).digest('hex');

it('what arrives in pieces is one file with its hashes', async () => {
  const data = randomBytes(300_000);
  const stored = await files.write('k', Readable.from([data.subarray(0, 10), data.subarray(10, 100_000), data.subarray(100_000)]), limits);
  expect(stored).toEqual({ sizeBytes: 300_000, virtualSizeBytes: null, checksum: hash('md5', data), sha512: hash('sha512', data) });
  expect(readFileSync(join(directory, 'k')).equals(data)).toBe(true);
  expect(readdirSync(directory)).toEqual(['k']);
});

it('an empty file is a file', async () => {
  expect((await files.write('k', Readable.from([]), limits)).sizeBytes).toBe(0);
});

it('a stream that is too long is refused, nothing is left, and the stream lives', async () => {
  const source = new PassThrough();
  source.write(Buffer.alloc(16_000));
  source.write(Buffer.alloc(1));
  await expect(files.write('k', source, { ...limits, maxBytes: 16_000 })).rejects.toMatchObject({ kind: 'tooLarge' });
  expect(readdirSync(directory)).toEqual([]);
  expect(source.destroyed).toBe(false);
});

it('a stream that breaks leaves nothing', async () => {
  const broken = Readable.from(
    (async function* () {
      yield Buffer.from('half');
      throw new Error('connection reset');
    })(),
  );
  await expect(files.write('k', broken, limits)).rejects.toThrow('connection reset');
  expect(readdirSync(directory)).toEqual([]);
});

it('a stream that stands still is ended', async () => {
  const source = new PassThrough();
  source.write('half');
  await expect(files.write('k', source, { ...limits, idleTimeoutMs: 50 })).rejects.toMatchObject({ kind: 'deadlineExceeded' });
  expect(source.destroyed).toBe(true);
  expect(readdirSync(directory)).toEqual([]);
});

it('a qcow2 file with a backing file is refused even when its header comes in pieces', async () => {
  const head = Buffer.alloc(512);
  head.writeUInt32BE(0x514649fb, 0);
  head.writeUInt32BE(3, 4);
  head.writeBigUInt64BE(400n, 8);
  const pieces = [head.subarray(0, 50), head.subarray(50, 73), head.subarray(73)];
  await expect(files.write('k', Readable.from(pieces), limits)).rejects.toMatchObject({ kind: 'invalid' });
  expect(readdirSync(directory)).toEqual([]);
});

it('removing what is not there is no error, opening it is', async () => {
  await files.remove('k');
  await expect(files.open('k')).rejects.toMatchObject({ kind: 'notFound' });
});

it('files are old when nobody wrote to them for a while', async () => {
  for (const name of ['old', 'busy.part', 'stale.part']) writeFileSync(join(directory, name), '');
  for (const name of ['old', 'stale.part']) utimesSync(join(directory, name), 1000, 1000);
  expect((await files.keysOlderThan(2_000_000)).sort()).toEqual(['old', 'stale']);
});
