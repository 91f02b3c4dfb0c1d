import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { until } from '#testing';
import { MAX_BYTES, type Reply } from './test/image-api.fixture.js';
import { useImageCalls } from './test/image-calls.fixture.js';

const { used, alice, bob, call, show, create, put, patch, slowUpload, saving } = useImageCalls();

it('the migrations make what the entities say', async () => {
  expect((await used().database.driver.createSchemaBuilder().log()).upQueries.map(({ query }) => query)).toEqual([]);
});

it('versions are told without a token, images are not', async () => {
  expect(await call('GET', '/')).toMatchObject({
    status: 300,
    body: { versions: expect.arrayContaining([expect.objectContaining({ status: 'CURRENT' })]) },
  });
  expect((await call('GET', '/versions')).status).toBe(200);
  expect((await call('GET', '/v2/images')).status).toBe(401);
  expect((await call('GET', '/v2/schemas/image', alice())).body.properties.id.pattern).toContain('[0-9a-fA-F]');
});

describe('the life of an image', () => {
  it('it is queued, saving, active, read back whole with its hashes, and gone with its data', async () => {
    const data = randomBytes(700_000);
    const made = await call('POST', '/v2/images', {
      ...alice(),
      json: { name: 'i', disk_format: 'raw', container_format: 'bare', os_distro: 'debian', tags: ['t'] },
    });
    expect([made.status, made.body.status, made.headers.get('location')]).toEqual([
      201,
      'queued',
      `${used().url}/v2/images/${made.body.id}`,
    ]);
    expect((await call('GET', `/v2/images/${made.body.id}/file`, alice())).status).toBe(204);
    expect((await put(made.body.id, data)).status).toBe(204);
    const sha512 = createHash('sha512').update(data).digest('hex');
    const checksum = createHash('md5').update(data).digest('hex');
    expect(await show(made.body.id)).toMatchObject({
      status: 'active',
      size: 700_000,
      checksum,
      os_hash_algo: 'sha512',
      os_hash_value: sha512,
      os_distro: 'debian',
      tags: ['t'],
      owner: alice().project,
      visibility: 'shared',
    });
    const file = await fetch(`${used().url}/v2/images/${made.body.id}/file`, { headers: { 'x-auth-token': alice().token } });
    expect([file.headers.get('content-md5'), file.headers.get('content-length')]).toEqual([checksum, '700000']);
    expect(Buffer.from(await file.arrayBuffer()).equals(data)).toBe(true);
    expect((await call('DELETE', `/v2/images/${made.body.id}`, alice())).status).toBe(204);
    expect((await call('GET', `/v2/images/${made.body.id}`, alice())).status).toBe(404);
    expect(readdirSync(used().directory)).toEqual([]);
  });

  it('data is given once', async () => {
    const { id } = await create({});
    expect((await put(id, Buffer.from('x'))).status).toBe(204);
    expect((await put(id, Buffer.from('y'))).status).toBe(409);
    expect((await call('PUT', `/v2/images/${id}/file`, { ...alice(), json: {} })).status).toBe(409);
  });

  it('of two uploads at the same time one is taken', async () => {
    const { id } = await create({});
    const first = slowUpload(id);
    first.send(Buffer.from('first '));
    await saving(id);
    expect((await put(id, Buffer.from('second'))).status).toBe(409);
    first.end();
    expect(await first.status).toBe(204);
    expect((await show(id)).size).toBe(6);
  });

  it('formats are needed before data', async () => {
    const { id } = (await call('POST', '/v2/images', { ...alice(), json: {} })).body;
    const reply = await put(id, Buffer.from('x'));
    expect([reply.status, ((await reply.json()) as Reply['body']).error.message]).toEqual([
      400,
      'Properties disk_format, container_format must be set prior to saving data.',
    ]);
  });

  it('an upload whose connection breaks leaves a queued image and nothing on the disk, and may be tried again', async () => {
    const { id } = await create({});
    const upload = slowUpload(id);
    upload.send(randomBytes(100_000));
    await saving(id);
    upload.cut();
    await until(async () => (await show(id)).status === 'queued', { timeoutMs: 50_000 });
    expect(readdirSync(used().directory)).toEqual([]);
    expect((await put(id, Buffer.from('x'))).status).toBe(204);
  });

  it('more data than allowed is refused, announced or not, and leaves a queued image', async () => {
    const { id } = await create({});
    expect((await put(id, Buffer.alloc(MAX_BYTES + 1))).status).toBe(413);
    const chunked = slowUpload(id);
    for (let sent = 0; sent <= MAX_BYTES; sent += 100_000) chunked.send(Buffer.alloc(100_000));
    chunked.end();
    expect(await chunked.status).toBe(413);
    expect((await show(id)).status).toBe('queued');
    expect(readdirSync(used().directory)).toEqual([]);
  });

  it('an image that is deleted while its data arrives leaves nothing', async () => {
    const { id } = await create({});
    const upload = slowUpload(id);
    upload.send(Buffer.from('half'));
    await saving(id);
    expect((await call('DELETE', `/v2/images/${id}`, alice())).status).toBe(204);
    upload.end();
    expect(await upload.status).toBe(404);
    expect(readdirSync(used().directory)).toEqual([]);
  });

  it('a protected image stays', async () => {
    const { id } = await create({ protected: true });
    expect((await call('DELETE', `/v2/images/${id}`, alice())).status).toBe(403);
    await patch(id, [{ op: 'replace', path: '/protected', value: false }]);
    expect((await call('DELETE', `/v2/images/${id}`, alice())).status).toBe(204);
  });

  it('a deactivated image is shown and not downloaded, not even with a grant, until it is reactivated', async () => {
    const { id } = await create({});
    const action = async (name: string, token: string) => (await call('POST', `/v2/images/${id}/actions/${name}`, { token })).status;
    expect(await action('deactivate', used().adminToken)).toBe(409);
    await put(id, Buffer.from('x'));
    const { url: link } = await used().images.downloadGrant(id, { expiresAt: Date.now() + 60_000 });
    expect([await action('deactivate', bob().token), await action('deactivate', alice().token)]).toEqual([404, 204]);
    expect((await show(id)).status).toBe('deactivated');
    expect([(await call('GET', `/v2/images/${id}/file`, alice())).status, (await fetch(link)).status]).toEqual([403, 403]);
    expect(await action('reactivate', used().adminToken)).toBe(204);
    expect((await fetch(link)).status).toBe(200);
  });

  it('changes at the same time all count', async () => {
    const { id } = await create({});
    const keys = Array.from({ length: 8 }, (_, index) => `key${index}`);
    const replies = await Promise.all(keys.map(key => patch(id, [{ op: 'add', path: `/${key}`, value: 'v' }])));
    expect(replies.map(({ status }) => status)).toEqual(keys.map(() => 200));
    expect(Object.keys(await show(id))).toEqual(expect.arrayContaining(keys));
    expect((await call('PUT', `/v2/images/${id}/tags/new`, alice())).status).toBe(204);
    expect((await call('DELETE', `/v2/images/${id}/tags/new`, alice())).status).toBe(204);
    expect((await call('DELETE', `/v2/images/${id}/tags/new`, alice())).status).toBe(404);
  });

  it('a body that is wrong is told by field', async () => {
    const wrong: [object, number, string][] = [
      [{ disk_format: 'floppy' }, 400, 'disk_format'],
      [{ min_ram: -1 }, 400, 'min_ram'],
      [{ id: 'x' }, 400, "'id'"],
      [{ os: 1 }, 400, "'os'"],
      [{ size: 1 }, 403, 'size'],
      [{ visibility: 'public' }, 403, 'publicize'],
      [{ owner: 'other' }, 403, 'other'],
    ];
    for (const [json, status, words] of wrong) {
      expect(await call('POST', '/v2/images', { ...alice(), json })).toMatchObject({
        status,
        body: { error: { message: expect.stringContaining(words) } },
      });
    }
    const id = '7b5e11b0-1111-4000-8000-000000000000';
    expect((await call('POST', '/v2/images', { ...alice(), json: { id } })).body.id).toBe(id);
    expect((await call('POST', '/v2/images', { ...alice(), json: { id } })).status).toBe(409);
  });
});

it('what dead processes left is swept: images are queued again, files without an image removed, young ones kept', async () => {
  const [stuck, busy] = [await create({}), await create({})];
  const long = Date.now() - 3_600_000;
  for (const [{ id }, age] of [
    [stuck, long],
    [busy, Date.now()],
  ] as const) {
    await used().database.query("UPDATE images SET status = 'saving', data_key = ?, updated_at = ? WHERE id = ?", [`${id}.k`, long, id]);
    writeFileSync(join(used().directory, `${id}.k.part`), 'half');
    utimesSync(join(used().directory, `${id}.k.part`), age / 1000, age / 1000);
  }
  for (const name of ['orphan', 'young']) writeFileSync(join(used().directory, name), 'data');
  utimesSync(join(used().directory, 'orphan'), long / 1000, long / 1000);
  await used().images.sweep();
  expect([(await show(stuck.id)).status, (await show(busy.id)).status]).toEqual(['queued', 'saving']);
  expect(readdirSync(used().directory).sort()).toEqual([`${busy.id}.k.part`, 'young'].sort());
});
