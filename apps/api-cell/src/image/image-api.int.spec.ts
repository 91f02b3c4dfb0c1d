import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { until } from '#testing';
import { type Call, MAX_BYTES, type Member, type Reply, useImageApi } from './test/image-api.fixture.js';

const used = useImageApi();
const call = (method: string, path: string, options?: Call) => used().call(method, path, options);
let alice: Member;
let bob: Member;
beforeAll(async () => {
  alice = await used().member('alice');
  bob = await used().member('bob');
});
afterEach(async () => {
  await used().database.query('DELETE FROM images');
  for (const name of readdirSync(used().directory)) rmSync(join(used().directory, name));
});

const create = async (fields: object, token = alice.token) =>
  (await call('POST', '/v2/images', { token, json: { disk_format: 'raw', container_format: 'bare', ...fields } })).body as {
    id: string;
    name: string;
  };
const show = async (id: string, token = alice.token) => (await call('GET', `/v2/images/${id}`, { token })).body;
const put = (id: string, data: Buffer, token = alice.token) =>
  fetch(`${used().url}/v2/images/${id}/file`, {
    method: 'PUT',
    headers: { 'x-auth-token': token, 'content-type': 'application/octet-stream' },
    body: new Uint8Array(data),
  });
const patch = async (id: string, operations: object[], token = alice.token) => {
  const headers = { 'x-auth-token': token, 'content-type': 'application/openstack-images-v2.1-json-patch' };
  const reply = await fetch(`${used().url}/v2/images/${id}`, { method: 'PATCH', headers, body: JSON.stringify(operations) });
  return { status: reply.status, body: await reply.json() };
};
const names = async (query: string, token = alice.token): Promise<string[]> =>
  (await call('GET', `/v2/images${query}`, { token })).body.images.map((image: { name: string }) => image.name);

/** An upload that is held open: `send` gives data, `cut` breaks the connection, `end` completes it. */
const slowUpload = (id: string) => {
  const upload = httpRequest(`${used().url}/v2/images/${id}/file`, {
    method: 'PUT',
    headers: { 'x-auth-token': alice.token, 'content-type': 'application/octet-stream' },
  });
  const status = new Promise<number>(resolve =>
    upload.on('response', reply => resolve(reply.resume().statusCode ?? 0)).on('error', () => resolve(0)),
  );
  return { send: (data: Buffer) => upload.write(data), cut: () => upload.destroy(), end: () => upload.end(), status };
};
const saving = (id: string) => until(async () => (await show(id)).status === 'saving', { timeoutMs: 5000 });

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
  expect((await call('GET', '/v2/schemas/image', alice)).body.properties.id.pattern).toContain('[0-9a-fA-F]');
});

describe('the life of an image', () => {
  it('it is queued, saving, active, read back whole with its hashes, and gone with its data', async () => {
    const data = randomBytes(700_000);
    const made = await call('POST', '/v2/images', {
      ...alice,
      json: { name: 'i', disk_format: 'raw', container_format: 'bare', os_distro: 'debian', tags: ['t'] },
    });
    expect([made.status, made.body.status, made.headers.get('location')]).toEqual([
      201,
      'queued',
      `${used().url}/v2/images/${made.body.id}`,
    ]);
    expect((await call('GET', `/v2/images/${made.body.id}/file`, alice)).status).toBe(204);
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
      owner: alice.project,
      visibility: 'shared',
    });
    const file = await fetch(`${used().url}/v2/images/${made.body.id}/file`, { headers: { 'x-auth-token': alice.token } });
    expect([file.headers.get('content-md5'), file.headers.get('content-length')]).toEqual([checksum, '700000']);
    expect(Buffer.from(await file.arrayBuffer()).equals(data)).toBe(true);
    expect((await call('DELETE', `/v2/images/${made.body.id}`, alice)).status).toBe(204);
    expect((await call('GET', `/v2/images/${made.body.id}`, alice)).status).toBe(404);
    expect(readdirSync(used().directory)).toEqual([]);
  });

  it('data is given once', async () => {
    const { id } = await create({});
    expect((await put(id, Buffer.from('x'))).status).toBe(204);
    expect((await put(id, Buffer.from('y'))).status).toBe(409);
    expect((await call('PUT', `/v2/images/${id}/file`, { ...alice, json: {} })).status).toBe(409);
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
    const { id } = (await call('POST', '/v2/images', { ...alice, json: {} })).body;
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
    await until(async () => (await show(id)).status === 'queued', { timeoutMs: 5000 });
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
    expect((await call('DELETE', `/v2/images/${id}`, alice)).status).toBe(204);
    upload.end();
    expect(await upload.status).toBe(404);
    expect(readdirSync(used().directory)).toEqual([]);
  });

  it('a protected image stays', async () => {
    const { id } = await create({ protected: true });
    expect((await call('DELETE', `/v2/images/${id}`, alice)).status).toBe(403);
    await patch(id, [{ op: 'replace', path: '/protected', value: false }]);
    expect((await call('DELETE', `/v2/images/${id}`, alice)).status).toBe(204);
  });

  it('a deactivated image is shown and not downloaded, not even with a grant, until it is reactivated', async () => {
    const { id } = await create({});
    const action = async (name: string, token: string) => (await call('POST', `/v2/images/${id}/actions/${name}`, { token })).status;
    expect(await action('deactivate', used().adminToken)).toBe(409);
    await put(id, Buffer.from('x'));
    const { url: link } = await used().images.downloadGrant(id, { expiresAt: Date.now() + 60_000 });
    expect([await action('deactivate', bob.token), await action('deactivate', alice.token)]).toEqual([404, 204]);
    expect((await show(id)).status).toBe('deactivated');
    expect([(await call('GET', `/v2/images/${id}/file`, alice)).status, (await fetch(link)).status]).toEqual([403, 403]);
    expect(await action('reactivate', used().adminToken)).toBe(204);
    expect((await fetch(link)).status).toBe(200);
  });

  it('changes at the same time all count', async () => {
    const { id } = await create({});
    const keys = Array.from({ length: 8 }, (_, index) => `key${index}`);
    const replies = await Promise.all(keys.map(key => patch(id, [{ op: 'add', path: `/${key}`, value: 'v' }])));
    expect(replies.map(({ status }) => status)).toEqual(keys.map(() => 200));
    expect(Object.keys(await show(id))).toEqual(expect.arrayContaining(keys));
    expect((await call('PUT', `/v2/images/${id}/tags/new`, alice)).status).toBe(204);
    expect((await call('DELETE', `/v2/images/${id}/tags/new`, alice)).status).toBe(204);
    expect((await call('DELETE', `/v2/images/${id}/tags/new`, alice)).status).toBe(404);
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
      expect(await call('POST', '/v2/images', { ...alice, json })).toMatchObject({
        status,
        body: { error: { message: expect.stringContaining(words) } },
      });
    }
    const id = '7b5e11b0-1111-4000-8000-000000000000';
    expect((await call('POST', '/v2/images', { ...alice, json: { id } })).body.id).toBe(id);
    expect((await call('POST', '/v2/images', { ...alice, json: { id } })).status).toBe(409);
  });
});

describe('downloads without an account', () => {
  const granted = async () => {
    const { id } = await create({});
    await put(id, Buffer.from('0123456789'));
    return (await used().images.downloadGrant(id, { expiresAt: Date.now() + 60_000 })).url;
  };

  it('a grant gives the data, whole or in part', async () => {
    const link = await granted();
    expect(await (await fetch(link)).text()).toBe('0123456789');
    const part = await fetch(link, { headers: { range: 'bytes=4-' } });
    expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([206, 'bytes 4-9/10', '456789']);
    expect((await fetch(link, { headers: { range: 'bytes=10-' } })).status).toBe(416);
    expect((await fetch(link, { method: 'HEAD' })).headers.get('content-length')).toBe('10');
  });

  it('one that is over, or was changed, or is for another image or call, gives nothing', async () => {
    const link = await granted();
    const { id } = await create({});
    const other = (await used().images.downloadGrant(id, { expiresAt: Date.now() + 60_000 })).url;
    const old = (await used().images.downloadGrant(id, { expiresAt: Date.now() - 1000 })).url;
    const swapped = link.replace(/signature=.*/, `signature=${other.split('signature=')[1]}`);
    for (const bad of [old, swapped, link.replace(/expires=\d+/, 'expires=99999999999'), `${link}0`])
      expect((await fetch(bad)).status).toBe(403);
    expect((await fetch(link.replace(/expires=\d+&/, ''))).status).toBe(400);
    expect((await fetch(link, { method: 'DELETE' })).status).toBe(403);
    expect((await fetch(link.replace('/file', ''))).status).toBe(401);
  });
});

describe('an upload link', () => {
  const waiting = async (change: object = {}, keepBackups?: number) => {
    const { id } = await create(change);
    return { id, ...(await used().images.uploadGrant(id, { expiresAt: Date.now() + 60_000, keepBackups })) };
  };
  const send = (url: string, text: string) =>
    fetch(url, { method: 'PUT', headers: { 'content-type': 'application/octet-stream' }, body: text });

  it('fills its image without an account, and does no harm when it is used again', async () => {
    const { id, put: link } = await waiting();
    expect((await send(link.url, 'first')).status).toBe(204);
    expect((await send(link.url, 'second')).status).toBe(204);
    expect(await show(id)).toMatchObject({ status: 'active', size: 5 });
  });

  it('is good for nothing else, and no other link is good for it', async () => {
    const { id, put: link, discard } = await waiting();
    const download = await used().images.downloadGrant(id, { expiresAt: Date.now() + 60_000 });
    expect((await send(download.url, 'x')).status).toBe(403);
    expect((await send(discard.url, 'x')).status).toBe(403);
    expect((await fetch(link.url, { method: 'DELETE' })).status).toBe(403);
    expect((await fetch(link.url)).status).toBe(403);
    expect((await send(`${link.url}&keep=1`, 'x')).status).toBe(403);
    expect((await show(id)).status).toBe('queued');
  });

  it('comes with one that deletes the image', async () => {
    const { id, discard } = await waiting();
    expect((await fetch(discard.url, { method: 'DELETE' })).status).toBe(204);
    expect((await call('GET', `/v2/images/${id}`, alice)).status).toBe(404);
    expect((await fetch(discard.url, { method: 'DELETE' })).status).toBe(404);
  });

  it('of a backup rotates those of the same server and kind, oldest first, and no others', async () => {
    const of = (backup_type: string, instance_uuid = 'server-1') => ({ image_type: 'backup', backup_type, instance_uuid });
    const backup = async (change: object, keep = 2) => {
      const made = await waiting(change, keep);
      expect((await send(made.put.url, 'x')).status).toBe(204);
      return made.id;
    };
    const all = [await backup(of('daily')), await backup(of('weekly')), await backup(of('daily', 'server-2'))];
    all.push(await backup(of('daily')), await backup(of('daily')));
    const left = await Promise.all(all.map(async id => (await call('GET', `/v2/images/${id}`, alice)).status));
    expect(left).toEqual([404, 200, 200, 200, 200]);
    const none = await backup(of('daily'), 0);
    expect((await call('GET', `/v2/images/${none}`, alice)).status).toBe(404);
  });
});

describe('who sees what', () => {
  it('lists have what is one’s own and what is public, community images on request', async () => {
    const admin = used().adminToken;
    await create({ name: 'private', visibility: 'private' });
    await create({ name: 'community', visibility: 'community' });
    await create({ name: 'hidden', os_hidden: true });
    await create({ name: 'public', visibility: 'public' }, admin);
    expect((await names('?sort=name:asc')).sort()).toEqual(['community', 'private', 'public']);
    expect(await names('', bob.token)).toEqual(['public']);
    expect(await names('?visibility=community', bob.token)).toEqual(['community']);
    expect((await names('?visibility=all', bob.token)).sort()).toEqual(['community', 'public']);
    expect(await names('?visibility=private', bob.token)).toEqual([]);
    expect(await names('?os_hidden=true')).toEqual(['hidden']);
    expect((await names('', admin)).sort()).toEqual(['community', 'private', 'public']);
  });

  it('another project’s image is not there, a public one cannot be changed', async () => {
    const mine = await create({ visibility: 'private' });
    expect((await call('GET', `/v2/images/${mine.id}`, bob)).status).toBe(404);
    expect((await put(mine.id, Buffer.from('x'), bob.token)).status).toBe(404);
    const open = await create({ visibility: 'public' }, used().adminToken);
    expect((await call('GET', `/v2/images/${open.id}`, bob)).status).toBe(200);
    expect((await call('DELETE', `/v2/images/${open.id}`, bob)).status).toBe(403);
    expect((await patch(open.id, [{ op: 'replace', path: '/name', value: 'x' }], bob.token)).status).toBe(403);
  });
});

describe('lists', () => {
  const walk = async (query: string): Promise<string[]> => {
    const found: string[] = [];
    for (let next: string | undefined = `/v2/images${query}`; next; ) {
      const { body }: Reply = await call('GET', next, alice);
      found.push(...body.images.map(({ id }: { id: string }) => id));
      next = body.next;
    }
    return found;
  };

  it('pages have every image once, in any order, also where keys are equal or absent', async () => {
    const ids: string[] = [];
    for (const name of ['b', 'a', null, 'b', 'a', null, 'c']) ids.push((await create({ name })).id);
    for (const sort of ['', '&sort=name:asc', '&sort=name:desc,size:asc', '&sort_key=disk_format&sort_dir=asc', '&sort=size:asc,id:desc']) {
      const whole = await walk(`?limit=100${sort}`);
      expect([...whole].sort()).toEqual([...ids].sort());
      for (const limit of [1, 2, 3]) expect(await walk(`?limit=${limit}${sort}`), `${sort} by ${limit}`).toEqual(whole);
    }
    expect(await names('?limit=0')).toEqual([]);
    expect((await call('GET', '/v2/images?marker=7b5e11b0-1111-4000-8000-00000000dead', alice)).body.error).toMatchObject({
      code: 400,
      message: expect.stringContaining("'marker'"),
    });
  });

  it('filters are by attribute, tag, property, size and time', async () => {
    const cirros = await create({ name: 'cirros', tags: ['x', 'y'], os_distro: 'cirros', 'odd "key"': 'v' });
    await create({ name: 'debian, new', tags: ['x'], disk_format: 'qcow2' });
    await put(cirros.id, Buffer.alloc(100));
    const table: [string, string[]][] = [
      ['?name=cirros', ['cirros']],
      ['?name=Cirros', []],
      ['?name=in:cirros,"debian, new"', ['debian, new', 'cirros']],
      ['?status=active', ['cirros']],
      [`?id=${cirros.id}`, ['cirros']],
      ['?tag=x', ['debian, new', 'cirros']],
      ['?tag=x&tag=y', ['cirros']],
      ['?os_distro=cirros', ['cirros']],
      ['?os_distro=x', []],
      ['?odd%20%22key%22=v', ['cirros']],
      ['?disk_format=qcow2', ['debian, new']],
      ['?size_min=100', ['cirros']],
      ['?size_min=101', []],
      ['?size_max=100', ['cirros']],
      [`?owner=${bob.project}`, []],
      ['?created_at=gte:2000-01-01T00:00:00Z', ['debian, new', 'cirros']],
      ['?created_at=lt:2000-01-01T00:00:00Z', []],
      ['?protected=true', []],
      [`?x'%20OR%201=1--=v`, []],
    ];
    for (const [query, expected] of table) expect([query, await names(query)]).toEqual([query, expected]);
  });

  it('a list and a show ask the database once', async () => {
    const { id } = await create({ tags: ['a'], os: 'x' });
    await show(id);
    used().statements.length = 0;
    await show(id);
    await names('?sort=name:asc&tag=a');
    expect(used().statements.map(statement => statement.trim().slice(0, 6))).toEqual(['SELECT', 'SELECT']);
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
