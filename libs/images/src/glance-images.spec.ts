import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { requestId } from '#domain';
import { GlanceImages } from './glance-images.js';
import { ALL_IMAGES } from './image-query.js';

const IMAGE = {
  id: '7b5e11b0-0000-4000-8000-000000000001',
  name: 'cirros',
  status: 'active',
  visibility: 'public',
  owner: 'p1',
  protected: false,
  os_hidden: false,
  disk_format: 'qcow2',
  container_format: 'bare',
  min_disk: 1,
  min_ram: 64,
  size: 100,
  virtual_size: null,
  checksum: 'c',
  os_hash_algo: 'sha512',
  os_hash_value: 'h',
  tags: ['t'],
  created_at: '2026-01-02T03:04:05Z',
  updated_at: '2026-01-02T03:04:05Z',
  self: '/v2/images/x',
  file: '/f',
  schema: '/s',
  os_distro: 'cirros',
  stores: 'fast',
};
const ctx = {
  requestId: requestId('7b5e11b0-0000-4000-8000-000000000009'),
  userId: 'u',
  projectId: 'p',
  roles: new Set<string>(),
  deadline: 0,
  authToken: 'mine',
};

let server: Server | undefined;
afterEach(() => server?.close());

/** A Glance that answers by path, and remembers what it was asked. */
const glance = async (answers: Record<string, [number, object]>) => {
  const asked: { url: string; token: unknown }[] = [];
  const changes: string[] = [];
  server = createServer((request, reply) => {
    asked.push({ url: request.url ?? '', token: request.headers['x-auth-token'] });
    if (request.method !== 'GET') request.on('data', data => changes.push(`${request.method} ${request.headers['content-type']} ${data}`));
    const [status, body] = answers[(request.url ?? '').split('?')[0] ?? ''] ?? [404, {}];
    reply.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>(resolve => server?.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { asked, changes, url, images: new GlanceImages({ url: `${url}/v2`, serviceToken: async () => 'service' }) };
};

it('an image is read with the token of its user, and its properties are told from its fields', async () => {
  const { asked, images } = await glance({ [`/v2/images/${IMAGE.id}`]: [200, IMAGE] });
  const image = await images.get(ctx, IMAGE.id);
  expect(image).toMatchObject({ name: 'cirros', sizeBytes: 100, sha512: 'h', minMemoryMb: 64, createdAt: Date.UTC(2026, 0, 2, 3, 4, 5) });
  expect(image.properties).toEqual({ os_distro: 'cirros' });
  expect(asked).toEqual([{ url: `/v2/images/${IMAGE.id}`, token: 'mine' }]);
});

it('a list asks with Glance’s own words', async () => {
  const { asked, images } = await glance({ '/v2/images': [200, { images: [IMAGE], schema: '/s' }] });
  const query = {
    ...ALL_IMAGES,
    limit: 5,
    marker: 'm',
    sort: [{ key: 'name', descending: false }] as const,
    attributes: { name: ['a', 'b,c'], status: ['active'] },
    properties: { os_distro: 'x' },
    tags: ['t'],
    times: [{ attribute: 'created_at', operator: 'gte', at: 0 }] as const,
    sizeMinBytes: 1,
  };
  expect((await images.list(ctx, query)).map(({ id }) => id)).toEqual([IMAGE.id]);
  expect(decodeURIComponent(asked[0]?.url ?? '').replaceAll('+', ' ')).toBe(
    '/v2/images?limit=5&marker=m&sort=name:asc&name=in:"a","b,c"&status=active&tag=t&os_distro=x&size_min=1&created_at=gte:1970-01-01T00:00:00.000Z',
  );
});

it('refusals keep their meaning', async () => {
  const kinds = {
    gone: [404, 'notFound'],
    closed: [403, 'forbidden'],
    late: [401, 'unauthenticated'],
    broken: [500, 'unavailable'],
  } as const;
  const { images } = await glance(Object.fromEntries(Object.entries(kinds).map(([id, [status]]) => [`/v2/images/${id}`, [status, {}]])));
  for (const [id, [, kind]] of Object.entries(kinds)) await expect(images.get(ctx, id)).rejects.toMatchObject({ kind });
});

it('a Glance that is away is unavailable', async () => {
  const { images } = await glance({});
  server?.close();
  await expect(images.get(ctx, 'x')).rejects.toMatchObject({ kind: 'unavailable' });
});

it('a grant is the file with the service account’s token', async () => {
  const { url, images } = await glance({});
  expect(await images.downloadGrant('i1')).toEqual({ url: `${url}/v2/images/i1/file`, headers: { 'X-Auth-Token': 'service' } });
});

it('a record is made and deleted with the token of its user, and filled with that of the service account', async () => {
  const { asked, url, images } = await glance({ '/v2/images': [201, IMAGE], [`/v2/images/${IMAGE.id}`]: [204, {}] });
  const { id, ...fields } = await images.create(ctx, {
    name: 'snap',
    visibility: 'private',
    owner: 'p',
    protected: false,
    hidden: false,
    diskFormat: 'qcow2',
    containerFormat: 'bare',
    minDiskGb: 1,
    minMemoryMb: 0,
    tags: [],
    properties: { image_type: 'snapshot' },
  });
  expect([id, fields.status]).toEqual([IMAGE.id, 'active']);
  await images.delete(ctx, id);
  expect(asked.map(({ token }) => token)).toEqual(['mine', 'mine']);
  const link = `${url}/v2/images/${id}`;
  expect(await images.uploadGrant(id, { expiresAt: 0 })).toEqual({
    put: { url: `${link}/file`, headers: { 'X-Auth-Token': 'service' } },
    discard: { url: link, headers: { 'X-Auth-Token': 'service' } },
  });
  await expect(images.uploadGrant(id, { expiresAt: 0, keepBackups: 1 })).rejects.toMatchObject({ kind: 'notImplemented' });
});

it('an image is shared with the token of its user', async () => {
  const { asked, changes, images } = await glance({ '/v2/images/i1/members': [200, { member_id: 'p2' }] });
  await images.addMember(ctx, 'i1', 'p2');
  expect([asked, changes]).toEqual([[{ url: '/v2/images/i1/members', token: 'mine' }], ['POST application/json {"member":"p2"}']]);
  await expect(images.addMember(ctx, 'i2', 'p2')).rejects.toMatchObject({ kind: 'notFound' });
});

it('properties are changed by a patch of what differs', async () => {
  const { changes, images } = await glance({ [`/v2/images/${IMAGE.id}`]: [200, IMAGE] });
  await images.changeProperties(ctx, IMAGE.id, () => ({ 'a/b': '1' }));
  await images.changeProperties(ctx, IMAGE.id, properties => properties);
  const patch = [
    { op: 'remove', path: '/os_distro' },
    { op: 'add', path: '/a~1b', value: '1' },
  ];
  expect(changes).toEqual([`PATCH application/openstack-images-v2.1-json-patch ${JSON.stringify(patch)}`]);
});
