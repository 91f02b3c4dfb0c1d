import { createHash } from 'node:crypto';
import { existsSync, linkSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ImageSource } from '#contracts';
import { type Clock, silentLogger } from '#domain';
import { evictable } from './evictable.js';
import { ImageCache } from './image-cache.js';

const root = mkdtempSync(join(tmpdir(), 'canopy-images-'));
let requests: string[] = [];
let respond: RequestListener;
const server = createServer((request, response) => {
  requests.push(`${request.url} ${request.headers['x-auth-token'] ?? ''}`);
  respond(request, response);
});
const port = await new Promise<number>(resolve => {
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    resolve(typeof address === 'object' && address ? address.port : 0);
  });
});
afterAll(() => {
  server.close();
  rmSync(root, { recursive: true });
});

const clock: Clock = { now: () => Date.now(), sleep: async () => undefined };
const deadline = { deadline: Date.UTC(2100, 0, 1) };
const sha512 = (data: Uint8Array) => createHash('sha512').update(data).digest('hex');
const imageOf = (data: Uint8Array, overrides: Partial<ImageSource> = {}): ImageSource => ({
  id: 'image-1',
  name: 'tiny',
  diskFormat: 'qcow2',
  sizeBytes: data.length,
  sha512: sha512(data),
  minDiskGb: 0,
  minMemoryMb: 0,
  properties: {},
  url: `http://127.0.0.1:${port}/file`,
  headers: { 'x-auth-token': 'secret' },
  ...overrides,
});

const qcow2 = ({ version = 3, backing = 0n, features = 0n, size = 5n * 1024n ** 3n } = {}) => {
  const data = Buffer.alloc(512);
  data.writeUInt32BE(0x514649fb, 0);
  data.writeUInt32BE(version, 4);
  data.writeBigUInt64BE(backing, 8);
  data.writeBigUInt64BE(size, 24);
  data.writeBigUInt64BE(features, 72);
  return data;
};

let directory: string;
let cache: ImageCache;
let runs = 0;
const makeCache = () => new ImageCache({ directory, maxGb: 100, unusedDays: 7 }, clock, silentLogger);
beforeEach(async () => {
  directory = join(root, `run-${runs++}`);
  cache = makeCache();
  await cache.start();
  requests = [];
});
/** Whatever happened, no test leaves a half file. */
afterEach(() => expect(readdirSync(directory).filter(name => name.endsWith('.part'))).toEqual([]));

describe('image cache', () => {
  it('downloads an image once, with its headers, and knows what it is', async () => {
    const data = qcow2();
    respond = (_request, response) => response.end(data);
    const first = await cache.get(imageOf(data), deadline);
    expect(first).toEqual({ path: join(directory, sha512(data)), format: 'qcow2', virtualSizeBytes: 5 * 1024 ** 3 });
    expect(readFileSync(first.path)).toEqual(data);
    expect(await cache.get(imageOf(data), deadline)).toEqual(first);
    expect(requests).toEqual(['/file secret']);
  });

  it('many that ask at once share one download', async () => {
    const data = Buffer.alloc(300_000, 1);
    respond = (_request, response) => setTimeout(() => response.end(data), 20);
    const images = await Promise.all(Array.from({ length: 20 }, () => cache.get(imageOf(data, { diskFormat: 'raw' }), deadline)));
    expect(new Set(images.map(image => image.path)).size).toBe(1);
    expect(images[0]).toMatchObject({ format: 'raw', virtualSizeBytes: 300_000 });
    expect(requests).toHaveLength(1);
  });

  it('keeps nothing of data that is not what was promised', async () => {
    const data = qcow2();
    const wrong = qcow2({ size: 1n });
    respond = (_request, response) => response.end(wrong);
    await expect(cache.get(imageOf(data), deadline)).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('has checksum'),
    });
    respond = (_request, response) => response.end(data.subarray(0, 100));
    await expect(cache.get(imageOf(data), deadline)).rejects.toThrow('should have 512 bytes, 100 came');
    respond = (_request, response) => response.end(Buffer.alloc(2_000_000));
    await expect(cache.get(imageOf(data), deadline)).rejects.toThrow('should have 512 bytes, more came');
    expect(readdirSync(directory)).toEqual([]);
    respond = (_request, response) => response.end(data);
    expect(await cache.get(imageOf(data), deadline)).toMatchObject({ format: 'qcow2' });
  });

  it('says in its own words why an image cannot be had', async () => {
    const image = imageOf(qcow2());
    respond = (_request, response) => response.writeHead(404).end();
    await expect(cache.get(image, deadline)).rejects.toMatchObject({ kind: 'notFound' });
    respond = (_request, response) => response.writeHead(503).end();
    await expect(cache.get(image, deadline)).rejects.toMatchObject({ kind: 'unavailable' });
    respond = (_request, response) => void response.writeHead(200, { 'content-length': '512' }).write('x', () => response.destroy());
    await expect(cache.get(image, deadline)).rejects.toMatchObject({ kind: 'unavailable' });
    await expect(cache.get({ ...image, url: 'http://127.0.0.1:1/' }, deadline)).rejects.toMatchObject({ kind: 'unavailable' });
    respond = () => undefined;
    await expect(cache.get(image, { deadline: Date.now() + 50 })).rejects.toMatchObject({ kind: 'deadlineExceeded' });
  });

  it('refuses images that would let a guest read the host, and names that are no checksum', async () => {
    for (const data of [qcow2({ backing: 104n }), qcow2({ features: 4n }), qcow2({ version: 1 })]) {
      respond = (_request, response) => response.end(data);
      await expect(cache.get(imageOf(data), deadline)).rejects.toMatchObject({ kind: 'invalid' });
      await expect(cache.get(imageOf(data, { diskFormat: 'raw' }), deadline)).rejects.toMatchObject({ kind: 'invalid' });
    }
    await expect(cache.get(imageOf(qcow2(), { sha512: '../../etc/passwd' }), deadline)).rejects.toMatchObject({ kind: 'invalid' });
    await expect(cache.get(imageOf(qcow2(), { diskFormat: 'vmdk' }), deadline)).rejects.toMatchObject({ kind: 'invalid' });
    expect(readdirSync(directory)).toEqual([]);
  });

  it('clears away at its start what a crash left, but not what another process is downloading', async () => {
    // No process has this number: the largest is below it.
    const dead = join(directory, `abc.${2 ** 22 + 1}-1.part`);
    const alive = join(directory, `abc.${process.ppid}-1.part`);
    writeFileSync(dead, '');
    writeFileSync(alive, '');
    await makeCache().start();
    expect([existsSync(dead), existsSync(alive)]).toEqual([false, true]);
    rmSync(alive);
  });

  it('throws out old images that no guest uses, and keeps those that one does', async () => {
    const [used, unused, fresh] = ['a', 'b', 'c'].map(letter => join(directory, letter.repeat(128))) as [string, string, string];
    for (const path of [used, unused, fresh]) writeFileSync(path, 'data');
    const longAgo = new Date(Date.now() - 8 * 86_400_000);
    for (const path of [used, unused]) utimesSync(path, longAgo, longAgo);
    linkSync(used, join(root, 'a-guest'));
    await cache.evict();
    expect([used, unused, fresh].map(path => existsSync(path))).toEqual([true, false, true]);
  });
});

describe('evictable', () => {
  const HOUR = 3_600_000;
  const file = (name: string, gb: number, hoursAgo: number, links = 1) => ({
    name,
    bytes: gb * 1024 ** 3,
    usedAt: -hoursAgo * HOUR,
    links,
  });

  it('takes the oldest unused ones until the rest is small enough, and never one that was just asked for', () => {
    const files = [file('old', 4, 30), file('used', 4, 40, 2), file('middle', 4, 20), file('new', 4, 0.5)];
    expect(evictable(files, { now: 0, maxGb: 12, unusedDays: 7 })).toEqual(['old']);
    expect(evictable(files, { now: 0, maxGb: 1, unusedDays: 7 })).toEqual(['old', 'middle']);
    expect(evictable(files, { now: 0, maxGb: 100, unusedDays: 7 })).toEqual([]);
  });
});
