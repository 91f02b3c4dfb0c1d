import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ComputeApiFixture, computeApiFixture, IMAGE, OTHER_PROJECT, PROJECT } from './compute-api.fixture.js';

let api: ComputeApiFixture;
beforeAll(async () => {
  api = await computeApiFixture();
});
afterAll(() => api?.stop());

describe('servers', () => {
  it('are made, shown, changed and deleted', async () => {
    const made = await api.ask('POST', '/v2.1/servers', {
      body: { server: { name: 'web', flavorRef: '1', imageRef: IMAGE, metadata: { a: 'b' } } },
    });
    expect(made.status).toBe(202);
    const { id, adminPass } = made.json.server;
    expect(made.headers.get('location')).toBe(`${api.origin}/v2.1/servers/${id}`);
    expect(adminPass).toHaveLength(12);

    const shown = await api.ask('GET', `/v2.1/servers/${id}`);
    expect(shown.json.server).toMatchObject({
      id,
      name: 'web',
      status: 'ACTIVE',
      tenant_id: PROJECT,
      user_id: 'alice',
      metadata: { a: 'b' },
      created: '2026-01-01T00:00:00Z',
      'OS-EXT-AZ:availability_zone': 'nova',
      'OS-EXT-STS:power_state': 1,
      progress: 0,
      addresses: {},
      flavor: { id: '1' },
    });
    expect(shown.json.server).not.toHaveProperty('OS-EXT-SRV-ATTR:host');

    const changed = await api.ask('PUT', `/v2.1/servers/${id}`, {
      version: '2.90',
      body: { server: { name: 'web2', description: 'hello', hostname: 'w2' } },
    });
    expect([changed.status, changed.json.server.name, changed.json.server.description]).toEqual([200, 'web2', 'hello']);
    expect((await api.ask('GET', `/v2.1/servers/${id}`)).json.server.name).toBe('web2');

    expect(await api.ask('DELETE', `/v2.1/servers/${id}`)).toMatchObject({ status: 204, text: '' });
    const gone = await api.ask('GET', `/v2.1/servers/${id}`);
    expect([gone.status, gone.json.itemNotFound.message]).toEqual([404, `Instance ${id} could not be found.`]);
  });

  it('show an administrator where they are', async () => {
    const uuid = await api.boot();
    const { server } = (await api.ask('GET', `/v2.1/servers/${uuid}`, { token: 'admin', version: '2.96' })).json;
    expect(server).toMatchObject({
      'OS-EXT-SRV-ATTR:host': 'h1',
      'OS-EXT-SRV-ATTR:hypervisor_hostname': 'h1.example.org',
      host_status: 'UP',
      pinned_availability_zone: null,
    });
  });

  it('are nobody else’s', async () => {
    const uuid = await api.boot();
    for (const [method, path] of [
      ['GET', ''],
      ['DELETE', ''],
      ['GET', '/metadata'],
      ['GET', '/os-instance-actions'],
    ] as const) {
      expect((await api.ask(method, `/v2.1/servers/${uuid}${path}`, { token: 'other' })).status).toBe(404);
    }
    expect((await api.ask('GET', '/v2.1/servers', { token: 'other' })).json.servers).toEqual([]);
  });

  it('may be read and not made by a reader', async () => {
    const uuid = await api.boot();
    expect((await api.ask('GET', `/v2.1/servers/${uuid}`, { token: 'reader' })).status).toBe(200);
    const reply = await api.ask('DELETE', `/v2.1/servers/${uuid}`, { token: 'reader' });
    expect([reply.status, reply.json.forbidden.message]).toEqual([
      403,
      "Policy doesn't allow os_compute_api:servers:delete to be performed.",
    ]);
  });

  it('come several at once, numbered', async () => {
    const reply = await api.ask('POST', '/v2.1/servers', {
      token: 'other',
      body: {
        server: {
          name: 'many',
          flavorRef: '1',
          imageRef: IMAGE,
          min_count: 2,
          max_count: 3,
          return_reservation_id: true,
        },
      },
    });
    const { servers } = (
      await api.ask('GET', `/v2.1/servers/detail?reservation_id=${reply.json.reservation_id}&sort_key=display_name&sort_dir=asc`, {
        token: 'other',
      })
    ).json;
    expect(servers.map((server: { name: string }) => server.name)).toEqual(['many-1', 'many-2', 'many-3']);
  });

  it('are refused over the quota in Nova’s words', async () => {
    await api.ask('PUT', `/v2.1/os-quota-sets/${OTHER_PROJECT}`, { token: 'admin', body: { quota_set: { instances: 3 } } });
    await api.clock.advance(1500);
    const reply = await api.ask('POST', '/v2.1/servers', {
      token: 'other',
      body: { server: { name: 'x', flavorRef: '1', imageRef: IMAGE } },
    });
    expect([reply.status, reply.json.forbidden.message]).toEqual([
      403,
      'Quota exceeded for instances: Requested 1, but already used 3 of 3 instances',
    ]);
  });

  it('are listed again after every change, by whomever', async () => {
    const uuid = await api.boot({ name: 'fresh' });
    const status = async () =>
      (await api.ask('GET', '/v2.1/servers/detail?name=^fresh$')).json.servers.map((server: { status: string }) => server.status);
    expect(await status()).toEqual(['ACTIVE']);
    await api.dataSource.query("UPDATE instances SET vm_state = 'stopped', power_state = 4 WHERE uuid = ?", [uuid]);
    expect(await status()).toEqual(['SHUTOFF']);
    await api.dataSource.query("UPDATE host_mirrors SET zone = 'west'");
    await api.clock.advance(1500);
    expect((await api.ask('GET', `/v2.1/servers/${uuid}`)).json.server['OS-EXT-AZ:availability_zone']).toBe('west');
    await api.dataSource.query("UPDATE host_mirrors SET zone = 'nova'");
    await api.clock.advance(1500);
  });

  it('tell their fault, and its details to administrators only', async () => {
    api.gateway.instant = false;
    const uuid = await api.boot({ name: 'failed' });
    expect((await api.ask('GET', `/v2.1/servers/${uuid}`)).json.server).toMatchObject({
      status: 'BUILD',
      'OS-EXT-STS:task_state': 'scheduling',
    });
    await api.gateway.fail(uuid, 'No valid host was found.');
    api.gateway.instant = true;
    const fault = async (token: string) => (await api.ask('GET', `/v2.1/servers/${uuid}`, { token })).json.server.fault;
    expect(await fault('member')).toEqual({ code: 500, message: 'No valid host was found.', created: expect.any(String) });
    expect(await fault('admin')).toMatchObject({ details: 'the trail' });
  });
});
