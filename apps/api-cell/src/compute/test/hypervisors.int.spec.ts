import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HostMirrorRow } from '#database';
import { type ComputeApiFixture, computeApiFixture, PROJECT } from './compute-api.fixture.js';
import { UPTIME } from './played-host.fixture.js';

const UUID = '99999999-8888-4777-8666-555555555555';
const OTHER = '99999999-8888-4777-8666-555555555556';

let api: ComputeApiFixture;
let server: string;
beforeAll(async () => {
  api = await computeApiFixture();
  const [row] = await api.dataSource.manager.find(HostMirrorRow);
  const mirror = row!.mirror.replaceAll('h1', 'h2');
  await api.dataSource.manager.insert(HostMirrorRow, { ...row!, id: 2, uuid: OTHER, host: 'h2', zone: 'lake', mirror });
  server = await api.boot({ name: 'on-h1' });
});
afterAll(() => api.stop());

const ask = (method: string, path: string, version = '2.1', body?: object, token = 'admin') =>
  api.ask(method, `/v2.1/${path}`, { token, version, ...(body && { body }) });
const faultOf = async (...asked: Parameters<typeof ask>) => {
  const { status, json } = await ask(...asked);
  const [told] = Object.values(json as Record<string, { message: string }>);
  return [status, told?.message];
};

describe('a hypervisor', () => {
  it('tells how long its host is up, by itself up to 2.87 and within the show from 2.88', async () => {
    expect((await ask('GET', 'os-hypervisors/1/uptime')).json.hypervisor).toEqual({
      id: 1,
      hypervisor_hostname: 'h1.example.org',
      state: 'up',
      status: 'enabled',
      uptime: UPTIME,
    });
    expect((await ask('GET', `os-hypervisors/${UUID}/uptime`, '2.87')).json.hypervisor.id).toBe(UUID);
    expect((await ask('GET', `os-hypervisors/${UUID}`, '2.88')).json.hypervisor.uptime).toBe(UPTIME);
    expect((await ask('GET', `os-hypervisors/${UUID}/uptime`, '2.88')).status).toBe(404);
  });

  it('that does not answer is shown without', async () => {
    api.gateway.silentHosts.add('h1');
    expect((await ask('GET', `os-hypervisors/${UUID}`, '2.88')).json.hypervisor.uptime).toBe('');
    expect((await ask('GET', 'os-hypervisors/1/uptime')).status).toBe(503);
    api.gateway.silentHosts.clear();
  });

  it('that is down is not asked', async () => {
    await ask('PUT', `os-services/${OTHER}`, '2.53', { forced_down: true });
    expect(await faultOf('GET', 'os-hypervisors/2/uptime')).toEqual([400, 'Compute service of h2 is unavailable at this time.']);
    expect((await ask('GET', `os-hypervisors/${OTHER}`, '2.88')).json.hypervisor).toMatchObject({ state: 'down', uptime: '' });
    await ask('PUT', `os-services/${OTHER}`, '2.53', { forced_down: false });
  });

  it('is found by a part of its name, without pages', async () => {
    const { hypervisors } = (await ask('GET', 'os-hypervisors?hypervisor_hostname_pattern=h1&with_servers=1', '2.53')).json;
    expect(hypervisors).toMatchObject([{ id: UUID, servers: [{ name: 'on-h1', uuid: server }] }]);
    expect((await ask('GET', 'os-hypervisors/h1/search', '2.52')).json.hypervisors).toMatchObject([{ id: 1 }]);
    expect((await ask('GET', 'os-hypervisors/h/servers', '2.52')).json.hypervisors).toMatchObject([
      { servers: [{ uuid: server }] },
      { id: 2 },
    ]);
    expect(await faultOf('GET', 'os-hypervisors?hypervisor_hostname_pattern=none', '2.53')).toEqual([
      404,
      "No hypervisor matching 'none' could be found.",
    ]);
    expect(await faultOf('GET', 'os-hypervisors?hypervisor_hostname_pattern=h1&limit=1', '2.53')).toEqual([
      400,
      'Paging over hypervisors with the hypervisor_hostname_pattern query parameter is not supported.',
    ]);
  });

  it('stands in pages from 2.33, by its uuid from 2.53', async () => {
    const first = (await ask('GET', 'os-hypervisors?limit=1', '2.33')).json;
    expect([first.hypervisors, first.hypervisors_links]).toMatchObject([
      [{ id: 1 }],
      [{ rel: 'next', href: expect.stringContaining('marker=1') }],
    ]);
    expect((await ask('GET', `os-hypervisors/detail?limit=5&marker=${UUID}`, '2.53')).json.hypervisors).toMatchObject([{ id: OTHER }]);
    expect((await ask('GET', 'os-hypervisors?marker=99', '2.33')).status).toBe(400);
  });
});

describe('os-hosts, up to 2.42', () => {
  it('lists the hosts, of one zone when it is asked for', async () => {
    const list = async (query = '') => (await ask('GET', `os-hosts${query}`)).json.hosts;
    const [h1, h2] = [
      { host_name: 'h1', service: 'compute', zone: 'nova' },
      { host_name: 'h2', service: 'compute', zone: 'lake' },
    ];
    expect([await list(), await list('?zone=')]).toEqual([
      [h1, h2],
      [h1, h2],
    ]);
    expect([await list('?zone=lake'), await list('?zone=sea')]).toEqual([[h2], []]);
    expect((await ask('GET', 'os-hosts', '2.43')).status).toBe(404);
  });

  it('shows what a host has, what is used, and by whom', async () => {
    const row = (project: string, cpu: number, memory: number, disk: number) => ({
      resource: { host: 'h1', project, cpu, memory_mb: memory, disk_gb: disk },
    });
    expect((await ask('GET', 'os-hosts/h1')).json.host).toEqual([
      row('(total)', 8, 16384, 100),
      row('(used_now)', 1, 1024, 1),
      row('(used_max)', 1, 512, 1),
      row(PROJECT, 1, 512, 1),
    ]);
    expect((await ask('GET', 'os-hosts/h2')).json.host).toHaveLength(3);
    expect(await faultOf('GET', 'os-hosts/h9')).toEqual([404, 'Compute host h9 could not be found.']);
  });

  it('enables and disables a host, and has no maintenance mode', async () => {
    expect((await ask('PUT', 'os-hosts/h1', '2.42', { status: 'disable' })).json).toEqual({ host: 'h1', status: 'disabled' });
    expect((await ask('GET', 'os-services?host=h1')).json.services).toMatchObject([{ status: 'disabled' }]);
    expect((await ask('PUT', 'os-hosts/h1', '2.1', { status: 'Enable' })).json).toEqual({ host: 'h1', status: 'enabled' });
    expect(await faultOf('PUT', 'os-hosts/h1', '2.1', { status: 'enable', maintenance_mode: 'enable' })).toEqual([
      501,
      'The requested functionality is not supported.',
    ]);
  });

  it.each([
    ['PUT', 'os-hosts/h1', { status: 'off' }, 400],
    ['PUT', 'os-hosts/h1', { maintenance_mode: 'off' }, 400],
    ['PUT', 'os-hosts/h1', {}, 400],
    ['PUT', 'os-hosts/h1', { status: 'enable', x: 1 }, 400],
    ['PUT', 'os-hosts/h9', { status: 'enable' }, 404],
    ['GET', 'os-hosts/h1/startup', undefined, 501],
    ['GET', 'os-hosts/h1/shutdown', undefined, 501],
    ['GET', 'os-hosts/h1/reboot', undefined, 501],
    ['GET', 'os-hosts/h9/reboot', undefined, 404],
  ])('refuses %s %s with %j', async (method, path, body, status) => {
    expect((await ask(method, path, '2.1', body)).status).toBe(status);
  });

  it('is for administrators', async () => {
    for (const path of ['os-hosts', 'os-hosts/h1', 'os-hosts/h1/startup', 'os-hosts/h1/shutdown', 'os-hosts/h1/reboot'])
      expect((await ask('GET', path, '2.1', undefined, 'member')).status).toBe(403);
    expect((await ask('PUT', 'os-hosts/h1', '2.1', { status: 'enable' }, 'member')).status).toBe(403);
  });
});
