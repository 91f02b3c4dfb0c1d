import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ComputeApiFixture, computeApiFixture, PROJECT } from './compute-api.fixture.js';
import { UPTIME } from './played-host.fixture.js';

let api: ComputeApiFixture;
beforeAll(async () => {
  api = await computeApiFixture();
});
afterAll(() => api?.stop());

describe('hosts', () => {
  const admin = (version: string) => ({ token: 'admin', version });

  it('are shown as zones, services and hypervisors', async () => {
    expect((await api.ask('GET', '/v2.1/os-availability-zone')).json.availabilityZoneInfo).toEqual([
      { zoneName: 'nova', zoneState: { available: true }, hosts: null },
    ]);
    expect(
      (await api.ask('GET', '/v2.1/os-availability-zone/detail', admin('2.1'))).json.availabilityZoneInfo[0].hosts.h1['nova-compute'],
    ).toMatchObject({ active: true, available: true });
    expect((await api.ask('GET', '/v2.1/os-services', admin('2.53'))).json.services[0]).toMatchObject({
      id: '99999999-8888-4777-8666-555555555555',
      binary: 'nova-compute',
      host: 'h1',
      state: 'up',
      forced_down: false,
    });
    expect((await api.ask('GET', '/v2.1/os-hypervisors', admin('2.1'))).json.hypervisors).toEqual([
      { id: 1, hypervisor_hostname: 'h1.example.org', state: 'up', status: 'enabled' },
    ]);
    expect((await api.ask('GET', '/v2.1/os-hypervisors/detail', admin('2.87'))).json.hypervisors[0]).toMatchObject({
      vcpus: 8,
      memory_mb_used: 1024,
      free_ram_mb: 15360,
      cpu_info: { arch: 'x86_64' },
    });
    expect((await api.ask('GET', '/v2.1/os-hypervisors/statistics', admin('2.87'))).json.hypervisor_statistics).toMatchObject({
      count: 1,
      vcpus: 8,
    });
    expect((await api.ask('GET', '/v2.1/os-hypervisors/statistics', admin('2.88'))).status).toBe(404);
    const detail = (await api.ask('GET', '/v2.1/os-hypervisors/99999999-8888-4777-8666-555555555555', admin('2.88'))).json.hypervisor;
    expect([detail.uptime, 'vcpus' in detail]).toEqual([UPTIME, false]);
    expect((await api.ask('GET', '/v2.1/os-hypervisors/1', admin('2.52'))).json.hypervisor.id).toBe(1);
  });

  it('are for administrators', async () => {
    for (const path of ['os-services', 'os-hypervisors', 'os-availability-zone/detail'])
      expect((await api.ask('GET', `/v2.1/${path}`)).status).toBe(403);
  });
});

describe('cells', () => {
  it('are for administrators, at every microversion', async () => {
    expect((await api.ask('GET', '/v2.1/os-cells')).json.forbidden.message).toBe(
      "Policy doesn't allow os_compute_api:os-cells to be performed.",
    );
    for (const version of ['2.1', '2.53', '2.90']) {
      const reply = await api.ask('GET', `/v2.1/${PROJECT}/os-cells/info`, { token: 'admin', version });
      expect([reply.status, reply.json.cell]).toEqual([200, expect.objectContaining({ name: 'api', type: 'self', rpc_host: null })]);
    }
  });

  it('that do not exist are not found, and refusals name the field', async () => {
    const reply = await api.ask('GET', '/v2.1/os-cells/west%21a', { token: 'admin' });
    expect([reply.status, reply.json.itemNotFound.message]).toEqual([404, 'Cell api!west could not be found.']);
    const limit = await api.ask('GET', '/v2.1/os-cells?limit=x', { token: 'admin' });
    expect([limit.status, limit.json.badRequest.message]).toEqual([400, expect.stringContaining('limit')]);
  });
});
