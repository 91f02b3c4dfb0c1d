import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { silentLogger } from '#domain';
import type { FakeDriver } from '#hypervisor';
import { sampleEnvelope } from '#testing';
import { fakeDriver, startAgent } from '../../../libs/compute-agent/src/fake-host.fixture.js';
import { ImageCache } from './images/image-cache.js';

const clock = { now: () => Date.now(), sleep: async () => {} };

/** Reads its guests' images from the cache, as libvirt's does. */
const driverWithImages = () => {
  const driver = fakeDriver(clock);
  return Object.assign(driver, { capabilities: { ...driver.capabilities, localImages: true } });
};

let directory: string;
let server: Server;
let asked: string[];
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'canopy-cached-'));
  asked = [];
  server = createServer((request, reply) => {
    asked.push(request.url ?? '');
    reply.writeHead(request.url === '/gone' ? 404 : 200).end(`disk of ${request.url}`);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
  rmSync(directory, { recursive: true });
});

const sha512 = (path: string) => createHash('sha512').update(`disk of ${path}`).digest('hex');
const order = (...paths: string[]) => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const images = paths.map(path => ({
    ...{ id: path, name: path, diskFormat: 'raw', sizeBytes: `disk of ${path}`.length, sha512: sha512(path), properties: {} },
    ...{ minDiskGb: 0, minMemoryMb: 0, url: `${url}${path}`, headers: {} },
  }));
  return sampleEnvelope('m-1', { method: 'image.cache', deadline: Date.UTC(2100, 0, 1), payload: { images } });
};
const agentOf = (driver: FakeDriver) =>
  startAgent(driver, clock, { images: new ImageCache({ directory, maxGb: 1, unusedDays: 7 }, clock, silentLogger) });

it('images are fetched ahead once, and one that cannot be does not keep the others', async () => {
  const agent = await agentOf(driverWithImages());
  await agent.cacheImages(order('/gone', '/one', '/two'));
  await agent.cacheImages(order('/one'));
  expect(readdirSync(directory).sort()).toEqual([sha512('/one'), sha512('/two')].sort());
  expect(asked.filter(path => path === '/one')).toHaveLength(1);
});

it('a driver that reads no images from the cache has none fetched', async () => {
  const agent = await agentOf(fakeDriver(clock));
  await agent.cacheImages(order('/one'));
  expect([readdirSync(directory), asked]).toEqual([[], []]);
});

it('an order that is not understood names the field', async () => {
  const agent = await agentOf(fakeDriver(clock));
  await expect(agent.cacheImages(sampleEnvelope('m-2', { method: 'image.cache', payload: { images: [] } }))).rejects.toMatchObject({
    kind: 'invalid',
    message: expect.stringContaining('images'),
  });
});
