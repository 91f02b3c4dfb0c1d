import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { goneRoutes } from '../api/index.js';
import { absentRoutes } from '../misc/absent.routes.js';
import { type ComputeApiFixture, computeApiFixture, faultOf, OTHER_PROJECT, PROJECT } from './compute-api.fixture.js';

let api: ComputeApiFixture;
beforeAll(async () => {
  api = await computeApiFixture();
});
afterAll(() => api?.stop());

describe('discovery', () => {
  it('tells its versions without a token', async () => {
    const root = await api.ask('GET', '/', { token: '' });
    expect(root.json.versions.map((version: { id: string; version: string }) => [version.id, version.version])).toEqual([
      ['v2.0', ''],
      ['v2.1', '2.96'],
    ]);
    const one = await api.ask('GET', '/v2.1/', { token: '' });
    expect(one.json.version).toMatchObject({ id: 'v2.1', status: 'CURRENT', min_version: '2.1', version: '2.96' });
    expect(one.json.version.links[0].href).toBe(`${api.origin}/v2.1/`);
    const old = { id: 'v2.0', status: 'SUPPORTED', version: '', min_version: '' };
    for (const path of ['/v2', '/v2/', '/v2.0']) expect((await api.ask('GET', path, { token: '' })).json.version).toMatchObject(old);
  });

  it('answers 401 as keystonemiddleware does', async () => {
    const reply = await api.ask('GET', '/v2.1/servers', { token: 'nobody' });
    expect([reply.status, reply.json.error.title, reply.headers.get('www-authenticate')]).toEqual([
      401,
      'Unauthorized',
      'Keystone uri="http://identity"',
    ]);
  });

  it('answers unknown paths and methods with a page, never 405', async () => {
    for (const [method, path] of [
      ['GET', '/v2.1/nothing'],
      ['PATCH', '/v2.1/servers'],
      ['GET', '/v2.1/not!a!project/servers'],
    ] as const) {
      const reply = await api.ask(method, path);
      expect([reply.status, reply.headers.get('content-type')]).toEqual([404, 'text/html; charset=UTF-8']);
    }
    expect((await api.ask('GET', '/elsewhere', { token: '' })).status).toBe(300);
  });

  it('answers with a fault for what this cloud has none of, and refuses addresses of networks in Nova’s words', async () => {
    for (const { method, path } of absentRoutes) {
      const { status, json } = await api.ask(method, `/v2.1${path.replace(/:\w+/g, PROJECT)}`);
      expect([path, status, json.itemNotFound.message]).toEqual([path, 404, expect.stringContaining('this cloud has no')]);
    }
    const id = await api.boot();
    const act = (body: object, token = 'member') => api.ask('POST', `/v2.1/servers/${id}/action`, { body, token });
    expect(faultOf(await act({ addFixedIp: { networkId: 'n1' } }))).toEqual([404, `Network could not be found for instance ${id}.`]);
    const remove = { removeFixedIp: { address: '192.0.2.1' } };
    expect(faultOf(await act(remove))).toEqual([400, `Instance ${id} doesn't have fixed IP '192.0.2.1'.`]);
    expect((await act(remove, 'other')).status).toBe(404);
    const inject = { injectNetworkInfo: null };
    expect([(await act(inject)).status, (await act(inject, 'admin')).status]).toEqual([403, 202]);
  });

  it('routes with the project in the path, and refuses another than the token’s', async () => {
    expect((await api.ask('GET', `/v2.1/${PROJECT}/servers`)).status).toBe(200);
    const reply = await api.ask('GET', `/v2.1/${OTHER_PROJECT}/servers`);
    expect([reply.status, reply.json.badRequest.message]).toEqual([400, expect.stringContaining('Malformed request URL')]);
  });

  it('answers 410 for what is gone for good, whatever the version', async () => {
    const uuid = await api.boot();
    const paths = goneRoutes.map(({ method, path }) => [method, path.replace(/:\w+/g, uuid)] as const);
    expect(paths.length).toBeGreaterThan(35);
    for (const [method, path] of paths) {
      for (const prefix of ['v2.1', 'v2']) expect([path, (await api.ask(method, `/${prefix}${path}`)).status]).toEqual([path, 410]);
      expect([path, (await api.ask(method, `/v2.1${path}`, { version: '2.96' })).status]).toEqual([path, 410]);
    }
    for (const action of ['resetNetwork', 'os-getRDPConsole']) {
      const reply = await api.ask('POST', `/v2.1/servers/${uuid}/action`, { body: { [action]: {} } });
      expect([reply.status, reply.json]).toEqual([
        410,
        { computeFault: { code: 410, message: 'This resource is no longer available. No forwarding address is given.' } },
      ]);
    }
  });
});

describe('microversions', () => {
  it('tells the version in the headers', async () => {
    const reply = await api.ask('GET', '/v2.1/servers', { version: '2.90' });
    expect(reply.headers.get('openstack-api-version')).toBe('compute 2.90');
    expect(reply.headers.get('x-openstack-nova-api-version')).toBe('2.90');
    expect(reply.headers.get('vary')).toBe('OpenStack-API-Version, X-OpenStack-Nova-API-Version');
    expect(reply.headers.get('x-openstack-request-id')).toMatch(/^req-[0-9a-f-]{36}$/);
    expect(reply.headers.get('x-compute-request-id')).toBe(reply.headers.get('x-openstack-request-id'));
  });

  it('refuses a version that it does not know, and echoes it', async () => {
    const reply = await api.ask('GET', '/v2.1/servers', { version: '2.999' });
    expect([reply.status, reply.headers.get('openstack-api-version')]).toEqual([406, 'compute 2.999']);
    expect(reply.json.computeFault.message).toBe('Version 2.999 is not supported by the API. Minimum is 2.1 and maximum is 2.96.');
  });

  it('hides a route below its version', async () => {
    const uuid = await api.boot();
    expect((await api.ask('GET', `/v2.1/servers/${uuid}/tags`, { version: '2.26' })).json).toEqual({ tags: [] });
    const below = await api.ask('GET', `/v2.1/servers/${uuid}/tags`, { version: '2.25' });
    expect([below.status, below.json]).toEqual([404, { itemNotFound: { code: 404, message: 'The resource could not be found.' } }]);
  });
});
