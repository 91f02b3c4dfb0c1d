import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ComputeApiFixture, computeApiFixture, PROJECT } from './compute-api.fixture.js';

describe('an auditor', () => {
  let api: ComputeApiFixture;
  let server = '';
  beforeAll(async () => {
    api = await computeApiFixture();
    server = await api.boot();
  });
  afterAll(() => api?.stop());
  const status = async (method: string, path: string, body?: object) =>
    (await api.ask(method, path, { token: 'auditor', version: '2.90', body })).status;

  it('reads what every project has, with what only operators are shown', async () => {
    const all = await api.ask('GET', '/v2.1/servers/detail?all_tenants=1', { token: 'auditor' });
    expect(all.json.servers).toMatchObject([{ id: server, tenant_id: PROJECT, 'OS-EXT-SRV-ATTR:host': expect.anything() }]);
    const paths = [
      `/servers/${server}`,
      `/servers/${server}/metadata`,
      `/servers/${server}/tags`,
      `/servers/${server}/os-instance-actions`,
      '/flavors/detail?is_public=None',
      '/os-hypervisors/detail',
      '/os-services',
      '/os-availability-zone/detail',
      `/os-quota-sets/${PROJECT}`,
      `/os-quota-sets/${PROJECT}/detail`,
      '/os-quota-class-sets/default',
      `/limits?tenant_id=${PROJECT}`,
    ];
    for (const path of paths) expect([path, await status('GET', `/v2.1${path}`)]).toEqual([path, 200]);
  });

  it('reads a server group of another project, and does not delete it', async () => {
    const made = await api.ask('POST', '/v2.1/os-server-groups', { body: { server_group: { name: 'g', policies: ['affinity'] } } });
    const path = `/v2.1/os-server-groups/${made.json.server_group.id}`;
    const listed = await api.ask('GET', '/v2.1/os-server-groups?all_projects=1', { token: 'auditor' });
    expect(listed.json.server_groups).toHaveLength(1);
    expect((await api.ask('GET', path, { token: 'auditor' })).json.server_group.name).toBe('g');
    expect([await status('DELETE', path), (await api.ask('GET', path, { token: 'other' })).status]).toEqual([403, 404]);
  });

  it('changes nothing', async () => {
    const changes: [string, string, object?][] = [
      ['POST', '/servers', { server: { name: 'x', flavorRef: '1', imageRef: 'x', networks: 'none' } }],
      ['PUT', `/servers/${server}`, { server: { name: 'x' } }],
      ['DELETE', `/servers/${server}`],
      ['POST', `/servers/${server}/action`, { 'os-stop': null }],
      ['POST', `/servers/${server}/action`, { 'os-getConsoleOutput': {} }],
      ['PUT', `/servers/${server}/metadata`, { metadata: {} }],
      ['PUT', `/servers/${server}/tags/x`],
      ['POST', '/flavors', { flavor: { name: 'x', ram: 1, vcpus: 1, disk: 1 } }],
      ['POST', '/os-keypairs', { keypair: { name: 'x' } }],
      ['PUT', `/os-quota-sets/${PROJECT}`, { quota_set: { cores: 1 } }],
      ['PUT', '/os-quota-class-sets/default', { quota_class_set: { cores: 1 } }],
    ];
    for (const [method, path, body] of changes)
      expect([method, path, await status(method, `/v2.1${path}`, body)]).toEqual([method, path, 403]);
    expect((await api.ask('GET', `/v2.1/servers/${server}`)).json.server).toMatchObject({ name: 'vm', status: 'ACTIVE' });
  });
});

describe("an operator's rules", () => {
  let api: ComputeApiFixture;
  let server = '';
  beforeAll(async () => {
    api = await computeApiFixture({
      'os_compute_api:servers:delete': 'user_id:%(user_id)s',
      'os_compute_api:os-hypervisors:list': 'role:member',
      'os_compute_api:servers:create': 'role:reader and project_id:%(project_id)s',
      'os_compute_api:servers:index:get_all_tenants': '!',
      'os_compute_api:os-extended-server-attributes': 'user_id:rita',
      'os_compute_api:servers:show:host_status': 'user_id:alice',
      'os_compute_api:servers:allow_all_filters': 'user_id:alice',
      'os_compute_api:os-instance-actions:events': 'user_id:alice',
      'os_compute_api:os-instance-actions:events:details': 'user_id:rita',
      'os_compute_api:os-lock-server:unlock:unlock_override': 'user_id:alice',
      'os_compute_api:servers:update': 'role:reader and user_id:%(user_id)s or rule:context_is_admin',
    });
    server = await api.boot({}, { token: 'reader' });
  });
  afterAll(() => api?.stop());

  it('open what was closed, and close what was open', async () => {
    expect((await api.ask('GET', '/v2.1/os-hypervisors')).status).toBe(200);
    const refused = await api.ask('GET', '/v2.1/servers?all_tenants=1', { token: 'admin' });
    expect([refused.status, refused.json.forbidden.message]).toEqual([
      403,
      "Policy doesn't allow os_compute_api:servers:index:get_all_tenants to be performed.",
    ]);
  });

  it('open and close what operators are shown and may do', async () => {
    const path = `/v2.1/servers/${server}`;
    const fields = async (token: string) => {
      const shown = (await api.ask('GET', path, { token, version: '2.90' })).json.server;
      return ['OS-EXT-SRV-ATTR:host', 'host_status'].map(field => field in shown);
    };
    expect([await fields('reader'), await fields('member'), await fields('admin')]).toEqual([
      [true, false],
      [false, true],
      [false, false],
    ]);
    const listed = async (token: string) => (await api.ask('GET', '/v2.1/servers?host=nowhere', { token })).json.servers.length;
    expect([await listed('member'), await listed('admin')]).toEqual([0, 1]);
    const actions = (await api.ask('GET', `${path}/os-instance-actions`)).json.instanceActions;
    const action = async (token: string, version: string) =>
      (await api.ask('GET', `${path}/os-instance-actions/${actions[0].request_id}`, { token, version })).json.instanceAction;
    expect([await action('member', '2.50'), await action('admin', '2.50')].map(one => 'events' in one)).toEqual([true, false]);
    await api.dataSource.query(
      "INSERT INTO instance_action_events (instance_uuid, request_id, event, start_time, details) VALUES (?, ?, 'e', 1, 'why')",
      [server, actions[0].request_id],
    );
    expect([await action('member', '2.84'), await action('reader', '2.84')].map(one => one.events.at(-1).details)).toEqual([
      undefined,
      'why',
    ]);
    expect((await api.ask('POST', `${path}/action`, { token: 'otherAdmin', body: { lock: null } })).status).toBe(202);
    const unlock = async (token: string) => (await api.ask('POST', `${path}/action`, { token, body: { unlock: null } })).status;
    expect([await unlock('admin'), await unlock('member')]).toEqual([403, 202]);
  });

  it('may ask who made a server, and not only in which project it is', async () => {
    expect((await api.ask('DELETE', `/v2.1/servers/${server}`)).status).toBe(403);
    const body = { server: { name: 'renamed' } };
    expect((await api.ask('PUT', `/v2.1/servers/${server}`, { body })).status).toBe(403);
    expect((await api.ask('PUT', `/v2.1/servers/${server}`, { token: 'reader', body })).status).toBe(200);
    expect((await api.ask('PUT', `/v2.1/servers/${server}`, { token: 'admin', body })).status).toBe(200);
    expect((await api.ask('DELETE', `/v2.1/servers/${server}`, { token: 'other' })).status).toBe(404);
    expect((await api.ask('DELETE', `/v2.1/servers/${server}`, { token: 'reader' })).status).toBe(204);
  });
});

it('whom the file calls an administrator is one, and nobody else', async () => {
  const api = await computeApiFixture({ context_is_admin: 'user_id:alice' });
  const of = async (token: string) => (await api.ask('GET', '/v2.1/servers?all_tenants=1', { token })).status;
  expect([await of('member'), await of('admin')]).toEqual([200, 403]);
  await api.stop();
});
