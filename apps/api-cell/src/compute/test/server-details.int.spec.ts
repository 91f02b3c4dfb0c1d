import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ComputeApiFixture, computeApiFixture, IMAGE } from './compute-api.fixture.js';

let api: ComputeApiFixture;
beforeAll(async () => {
  api = await computeApiFixture();
});
afterAll(() => api?.stop());

describe('servers', () => {
  it('have no password of their own making', async () => {
    const path = `/v2.1/servers/${await api.boot()}/os-server-password`;
    expect((await api.ask('GET', path)).json).toEqual({ password: '' });
    expect([(await api.ask('DELETE', path)).status, (await api.ask('GET', path, { token: 'other' })).status]).toEqual([204, 404]);
  });

  it('are wanted as they are called by now', async () => {
    const id = await api.boot({ name: 'first', metadata: { a: '1' } });
    const { spec } = api.gateway.created.at(-1)!;
    await api.dataSource.query('INSERT INTO request_specs (uuid, spec) VALUES (?, ?)', [id, JSON.stringify(spec)]);
    const wanted = async () => JSON.parse((await api.dataSource.query('SELECT spec FROM request_specs WHERE uuid = ?', [id]))[0].spec);
    const change = (method: string, path: string, body: object) => api.ask(method, `/v2.1/servers/${id}${path}`, { version: '2.94', body });
    await change('PUT', '', { server: { name: 'second', hostname: 'second.example.org' } });
    await change('POST', '/metadata', { metadata: { b: '2' } });
    expect(await wanted()).toEqual({ ...spec, name: 'second', hostname: 'second.example.org', metadata: { a: '1', b: '2' } });
    await change('PUT', '', { server: { description: 'of no guest’s concern' } });
    expect((await change('DELETE', '/metadata/a', {})).status).toBe(204);
    expect((await wanted()).metadata).toEqual({ b: '2' });
  });

  it('take files along by a config drive, as many and as big as the quota allows', async () => {
    const file = { path: '/etc/motd', contents: 'aGVsbG8=' };
    const create = (personality: object[]) =>
      api.ask('POST', '/v2.1/servers', { body: { server: { name: 'files', flavorRef: '1', imageRef: IMAGE, personality } } });
    const made = await create([file]);
    expect((await api.ask('GET', `/v2.1/servers/${made.json.server.id}`)).json.server.config_drive).toBe('True');
    const refusal = async (personality: object[]) => {
      const { status, json } = await create(personality);
      return [status, json.forbidden?.message];
    };
    expect(await refusal(Array(6).fill(file))).toEqual([403, 'Personality file limit exceeded']);
    expect(await refusal([{ ...file, path: 'p'.repeat(256) }])).toEqual([403, 'Personality file path exceeds maximum 255']);
    expect(await refusal([{ ...file, contents: Buffer.alloc(10_241).toString('base64') }])).toEqual([
      403,
      'Personality file content exceeds maximum 10240',
    ]);
  });

  it('are not listed where one without an id is asked for', async () => {
    expect((await api.ask('GET', '/v2.1/servers/')).status).toBe(404);
    expect((await api.ask('GET', '/v2.1/os-simple-tenant-usage/', { token: 'admin' })).status).toBe(404);
    for (const path of ['/v2.1', '/v2.1/', '/v2/', '/']) expect((await api.ask('GET', path, { token: '' })).status).toBe(200);
  });

  it('show IPv6 addresses in their shortest form', async () => {
    const uuid = await api.boot({ accessIPv6: '0000:0000:0000:0000:0000:babe:220.12.22.2' });
    expect((await api.ask('GET', `/v2.1/servers/${uuid}`)).json.server.accessIPv6).toBe('::babe:dc0c:1602');
  });
});

describe('flavors', () => {
  it('that are not public are listed by each spelling of no', async () => {
    const admin = { token: 'admin' };
    const flavor = { name: 'hidden', ram: 64, vcpus: 1, disk: 1, 'os-flavor-access:is_public': false };
    const { id } = (await api.ask('POST', '/v2.1/flavors', { ...admin, body: { flavor } })).json.flavor;
    const listed = async (word: string) => (await api.ask('GET', `/v2.1/flavors?is_public=${word}`, admin)).json.flavors;
    for (const word of ['f', 'No', 'false', '0']) expect((await listed(word)).map((one: { id: string }) => one.id)).toEqual([id]);
    for (const word of ['t', 'Y']) expect((await listed(word)).map((one: { id: string }) => one.id)).not.toContain(id);
  });
});
