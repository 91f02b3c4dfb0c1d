import { readdirSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Call, type Member, useImageApi } from './test/image-api.fixture.js';

const used = useImageApi();
const call = (method: string, path: string, options?: Call) => used().call(method, path, options);
let alice: Member;
let bob: Member;
let carol: Member;
let auditor: Member;
beforeAll(async () => {
  alice = await used().member('alice');
  bob = await used().member('bob');
  carol = await used().member('carol');
  auditor = await used().member('auditor', 'auditor');
});

const create = async (fields: object = {}): Promise<string> =>
  (await call('POST', '/v2/images', { ...alice, json: { disk_format: 'raw', container_format: 'bare', ...fields } })).body.id;
const send = (id: string, what: 'file' | 'stage', data = 'data', token = alice.token) =>
  fetch(`${used().url}/v2/images/${id}/${what}`, {
    method: 'PUT',
    headers: { 'x-auth-token': token, 'content-type': 'application/octet-stream' },
    body: data,
  });
const download = async (id: string, token: string) =>
  (await fetch(`${used().url}/v2/images/${id}/file`, { headers: { 'x-auth-token': token } })).status;
const ids = async (query: string, { token }: { token: string }): Promise<string[]> =>
  (await call('GET', `/v2/images${query}`, { token })).body.images.map((image: { id: string }) => image.id);

describe('a shared image', () => {
  it('is seen by those it is shared with, and listed for them once they accept it', async () => {
    const id = await create({ name: 'shared' });
    await send(id, 'file');
    const members = `/v2/images/${id}/members`;
    expect((await call('GET', `/v2/images/${id}`, bob)).status).toBe(404);
    const added = await call('POST', members, { ...alice, json: { member: bob.project } });
    expect([added.status, added.body]).toMatchObject([200, { image_id: id, member_id: bob.project, status: 'pending' }]);
    expect((await call('POST', members, { ...alice, json: { member: bob.project } })).status).toBe(409);
    expect((await call('GET', `/v2/images/${id}`, bob)).status).toBe(200);
    expect(await download(id, bob.token)).toBe(200);
    expect([await ids('', bob), await ids('?member_status=pending', bob), await ids('?member_status=all', bob)]).toEqual([[], [id], [id]]);

    const own = `${members}/${bob.project}`;
    expect((await call('PUT', own, { ...alice, json: { status: 'accepted' } })).status).toBe(403);
    expect((await call('PUT', own, { ...bob, json: { status: 'yes' } })).body.error.message).toContain('status');
    expect((await call('PUT', own, { ...bob, json: { status: 'accepted' } })).body.status).toBe('accepted');
    expect([await ids('', bob), await ids('?visibility=shared', bob), await ids('?member_status=rejected', bob)]).toEqual([[id], [id], []]);

    await call('POST', members, { ...alice, json: { member: carol.project } });
    const seen = async (who: { token: string }) => (await call('GET', members, who)).body.members.length;
    expect([await seen(alice), await seen(bob), await seen(auditor)]).toEqual([2, 1, 2]);
    expect((await call('GET', `${members}/${carol.project}`, bob)).status).toBe(404);
    expect((await call('POST', members, { ...bob, json: { member: carol.project } })).status).toBe(403);
    expect((await call('PATCH', `/v2/images/${id}`, bob)).status).not.toBe(200);
    expect((await call('DELETE', `/v2/images/${id}`, bob)).status).toBe(403);

    expect((await call('DELETE', own, bob)).status).toBe(403);
    expect((await call('DELETE', own, alice)).status).toBe(204);
    expect((await call('DELETE', own, alice)).status).toBe(404);
    expect([(await call('GET', `/v2/images/${id}`, bob)).status, await download(id, bob.token)]).toEqual([404, 404]);
    expect((await call('DELETE', `/v2/images/${id}`, alice)).status).toBe(204);
    expect(await used().database.query('SELECT * FROM image_members')).toEqual([]);
  });

  it('is the only kind that has members', async () => {
    for (const visibility of ['private', 'community']) {
      const id = await create({ visibility });
      expect((await call('POST', `/v2/images/${id}/members`, { ...alice, json: { member: bob.project } })).status).toBe(403);
    }
  });
});

it('a community image is anybody’s to use, and listed for those who ask for the community', async () => {
  const id = await create({ visibility: 'community' });
  expect((await call('GET', `/v2/images/${id}`, bob)).status).toBe(200);
  expect([(await ids('', bob)).includes(id), (await ids('?visibility=community', bob)).includes(id)]).toEqual([false, true]);
});

describe('an import', () => {
  const importing = (id: string, method: string, more: object = {}, who = alice) =>
    call('POST', `/v2/images/${id}/import`, { ...who, json: { method: { name: method }, ...more } });

  it('takes what was staged, and is remembered as a task', async () => {
    const id = await create();
    expect((await importing(id, 'glance-direct')).status).toBe(409);
    expect((await send(id, 'stage', 'staged')).status).toBe(204);
    expect((await call('GET', `/v2/images/${id}`, alice)).body).toMatchObject({ status: 'uploading' });
    expect(await download(id, alice.token)).toBe(204);
    expect((await send(id, 'stage', 'again')).status).toBe(409);
    expect((await send(id, 'file', 'again')).status).toBe(409);
    expect((await importing(id, 'glance-direct', { stores: ['elsewhere'] })).status).toBe(400);
    expect((await importing(id, 'glance-direct', {}, bob)).status).toBe(404);
    expect((await importing(id, 'glance-direct', { stores: ['file'] })).status).toBe(202);
    expect((await call('GET', `/v2/images/${id}`, alice)).body).toMatchObject({ status: 'active', size: 6, stores: 'file' });
    const data = await fetch(`${used().url}/v2/images/${id}/file`, { headers: { 'x-auth-token': alice.token } });
    expect(await data.text()).toBe('staged');
    const [task] = (await call('GET', `/v2/images/${id}/tasks`, alice)).body.tasks;
    expect(task).toMatchObject({ type: 'api_image_import', status: 'success', image_id: id });
    expect((await call('GET', '/v2/tasks', alice)).status).toBe(403);
    expect((await call('GET', '/v2/tasks', auditor)).body.tasks).toMatchObject([{ id: task.id }]);
    expect((await call('GET', `/v2/tasks/${task.id}`, { token: used().adminToken })).body.id).toBe(task.id);
    expect((await call('POST', '/v2/tasks', { token: used().adminToken, json: {} })).status).toBe(403);
  });

  it('fetches nothing from the web', async () => {
    const id = await create();
    const reply = await importing(id, 'web-download', { method: { name: 'web-download', uri: 'http://169.254.169.254/' } });
    expect([reply.status, reply.body.error.message]).toEqual([400, expect.stringContaining("Unknown import method name 'web-download'")]);
  });

  it('needs the formats, and a deleted image leaves no staged data', async () => {
    const id = await create({ disk_format: null, container_format: null });
    await send(id, 'stage');
    expect((await importing(id, 'glance-direct')).status).toBe(400);
    const files = () => readdirSync(used().directory).filter(name => name.startsWith(id));
    expect(files()).toHaveLength(1);
    expect((await call('DELETE', `/v2/images/${id}`, alice)).status).toBe(204);
    expect(files()).toEqual([]);
  });
});

it('what is offered is told', async () => {
  expect((await call('GET', '/v2/info/import', alice)).body['import-methods'].value).toEqual(['glance-direct']);
  expect((await call('GET', '/v2/info/stores', alice)).body.stores).toMatchObject([{ id: 'file', default: 'true' }]);
  expect((await call('GET', '/v2/metadefs/namespaces', alice)).body.namespaces).toEqual([]);
  expect((await call('GET', '/v2/metadefs/namespaces/x', alice)).status).toBe(404);
  expect((await call('GET', '/v2/schemas/member', alice)).body.name).toBe('member');
});

it('an auditor sees every image, fetches none that is not open, and changes none', async () => {
  const id = await create({ visibility: 'private' });
  await send(id, 'file');
  expect((await ids('', auditor)).includes(id)).toBe(true);
  expect((await call('GET', `/v2/images/${id}`, auditor)).status).toBe(200);
  expect(await download(id, auditor.token)).toBe(403);
  expect((await call('DELETE', `/v2/images/${id}`, auditor)).status).toBe(403);
  expect((await call('POST', '/v2/images', { ...auditor, json: { name: 'x' } })).status).toBe(403);
});
