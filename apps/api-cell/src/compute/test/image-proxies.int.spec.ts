import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RequestContext, requestId, silentLogger } from '#domain';
import { EmbeddedImages } from '#images';
import { seededRandom } from '#testing';
import { type ComputeApiFixture, computeApiFixture, OTHER_PROJECT, PROJECT } from './compute-api.fixture.js';

const SERVER = '00000000-0000-4000-8000-000000000007';
const directory = mkdtempSync(join(tmpdir(), 'image-proxies-'));
let api: ComputeApiFixture;
let images: EmbeddedImages;
beforeAll(async () => {
  api = await computeApiFixture({}, async (database, clock) => {
    const parts = { database, clock, random: seededRandom(7), logger: silentLogger };
    images = await EmbeddedImages.start({ ...parts, directory, publicUrl: 'http://images', maxImageBytes: 1e6 });
    return images;
  });
});
afterAll(async () => {
  await api?.stop();
  rmSync(directory, { recursive: true });
});

const make = async (name: string, properties: Record<string, string> = {}, { projectId = PROJECT, minMemoryMb = 0 } = {}) => {
  api.clock.advance(1000);
  const ctx: RequestContext = {
    requestId: requestId(SERVER),
    userId: 'alice',
    projectId,
    roles: new Set(['member', 'reader']),
    deadline: Number.MAX_SAFE_INTEGER,
  };
  const formats = { diskFormat: 'raw', containerFormat: 'bare', minDiskGb: 1, minMemoryMb };
  const fields = { name, visibility: 'private', owner: projectId, protected: false, hidden: false, tags: [], properties } as const;
  const { id } = await images.create(ctx, { ...formats, ...fields });
  await images.upload(ctx, id, Readable.from(Buffer.from('data')));
  return id;
};
const get = (path: string, version = '2.1') => api.ask('GET', `/v2.1${path}`, { version });
const messageOf = (reply: { json: Record<string, { message: string }> }) => Object.values(reply.json)[0]?.message;

describe('images through the compute API', () => {
  let plain = '';
  let snapshot = '';
  beforeAll(async () => {
    plain = await make('plain', { os_distro: 'cirros' }, { minMemoryMb: 64 });
    snapshot = await make('snap', { image_type: 'snapshot', instance_uuid: SERVER, auto_disk_config: 'True' });
    await make('theirs', {}, { projectId: OTHER_PROJECT });
  });
  const names = async (query = '') => (await get(`/images${query}`)).json.images.map(({ name }: { name: string }) => name);

  it('are shown as Nova showed them', async () => {
    expect((await get(`/images/${plain}`)).json.image).toMatchObject({
      id: plain,
      name: 'plain',
      status: 'ACTIVE',
      progress: 100,
      minDisk: 1,
      minRam: 64,
      metadata: { os_distro: 'cirros' },
      'OS-EXT-IMG-SIZE:size': 4,
      created: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      links: [
        { rel: 'self', href: `${api.origin}/v2.1/images/${plain}` },
        { rel: 'bookmark', href: `${api.origin}/images/${plain}` },
        { rel: 'alternate', type: 'application/vnd.openstack.image', href: `http://images/v2/images/${plain}` },
      ],
    });
    const { image } = (await get(`/images/${snapshot}`)).json;
    expect([image.server.id, image['OS-DCF:diskConfig']]).toEqual([SERVER, 'AUTO']);
    expect((await get(`/images/${SERVER}`)).status).toBe(404);
    expect(messageOf(await get('/images/nonsense'))).toBe('Image not found.');
  });

  it('are listed, filtered in Nova’s words, and paged', async () => {
    expect(await names()).toEqual(['snap', 'plain']);
    expect(await names('?status=ACTIVE&name=plain')).toEqual(['plain']);
    expect(await names('?type=snapshot')).toEqual(['snap']);
    expect(await names(`?server=${encodeURIComponent(`http://x/v2.1/servers/${SERVER}`)}`)).toEqual(['snap']);
    expect(await names('?property-os_distro=cirros')).toEqual(['plain']);
    expect(await names('?minRam=64')).toEqual(['plain']);
    expect(await names('?minRam=64&limit=1')).toEqual(['plain']);
    expect(await names('?changes-since=2200-01-01T00:00:00Z')).toEqual([]);
    expect((await get('/images?changes-since=soon')).status).toBe(400);
    expect((await get('/images?minDisk=x')).status).toBe(400);
    const first = (await get('/images/detail?limit=1')).json;
    expect([first.images.length, first.images[0].metadata.image_type]).toEqual([1, 'snapshot']);
    const [{ href }] = first.images_links;
    expect((await get(href.split('/v2.1')[1])).json.images[0].name).toBe('plain');
    expect((await get('/images?limit=0')).json).toEqual({ images: [] });
  });

  it('are deleted by their owner', async () => {
    const id = await make('short-lived');
    expect((await api.ask('DELETE', `/v2.1/images/${id}`, { token: 'other' })).status).toBe(404);
    const gone = await api.ask('DELETE', `/v2.1/images/${id}`);
    expect([gone.status, gone.text]).toEqual([204, '']);
    expect((await api.ask('DELETE', `/v2.1/images/${id}`)).status).toBe(404);
  });

  it('end at 2.35, their metadata at 2.38', async () => {
    expect((await get('/images', '2.35')).status).toBe(200);
    for (const path of ['/images', '/images/detail', `/images/${plain}`])
      expect([path, (await get(path, '2.36')).status]).toEqual([path, 404]);
    expect((await get(`/images/${plain}/metadata`, '2.38')).status).toBe(200);
    expect((await get(`/images/${plain}/metadata`, '2.39')).status).toBe(404);
  });
});

describe('the metadata of an image', () => {
  let path = '';
  beforeAll(async () => {
    path = `/v2.1/images/${await make('with-metadata', { a: '1', b: '2' })}/metadata`;
  });
  const ask = (method: string, item = '', body?: unknown) => api.ask(method, path + item, body === undefined ? {} : { body });

  it('is listed, added to, replaced, and changed item by item', async () => {
    expect((await ask('GET')).json).toEqual({ metadata: { a: '1', b: '2' } });
    expect((await ask('POST', '', { metadata: { b: '3', c: '4' } })).json).toEqual({ metadata: { a: '1', b: '3', c: '4' } });
    expect((await ask('PUT', '', { metadata: { d: '5' } })).json).toEqual({ metadata: { d: '5' } });
    expect((await ask('PUT', '/e', { meta: { e: '6' } })).json).toEqual({ meta: { e: '6' } });
    expect((await ask('GET', '/e')).json).toEqual({ meta: { e: '6' } });
    expect([(await ask('DELETE', '/e')).status, (await ask('GET')).json]).toEqual([204, { metadata: { d: '5' } }]);
  });

  it('is refused where Nova refuses it', async () => {
    expect(messageOf(await ask('GET', '/none'))).toBe('Metadata item was not found');
    expect([(await ask('DELETE', '/none')).status, messageOf(await ask('DELETE', '/none'))]).toEqual([404, 'Invalid metadata key']);
    expect(messageOf(await ask('PUT', '/x', { meta: { y: '1' } }))).toBe('Request body and URI mismatch');
    expect((await ask('PUT', '/x', { meta: { x: '1', y: '1' } })).status).toBe(400);
    expect((await ask('POST', '', { metadata: { x: 1 } })).status).toBe(400);
    expect((await api.ask('POST', `/v2.1/images/${SERVER}/metadata`, { body: { metadata: { a: '1' } } })).status).toBe(404);
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`k${n}`, 'v']));
    expect((await ask('POST', '', { metadata: many })).status).toBe(403);
  });
});
