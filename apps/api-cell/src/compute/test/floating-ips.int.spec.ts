import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ComputeApiFixture, computeApiFixture, faultOf, OTHER_PROJECT } from './compute-api.fixture.js';

const IPS = '/v2.1/os-floating-ips';

let api: ComputeApiFixture;
beforeAll(async () => {
  api = await computeApiFixture();
});
afterAll(() => api?.stop());

const take = (pool?: string | null, token = 'member') => api.ask('POST', IPS, { token, body: { pool } });
const release = (id: string, token = 'member') => api.ask('DELETE', `${IPS}/${id}`, { token });

describe('floating addresses', () => {
  it('come from the pools that are configured', async () => {
    expect((await api.ask('GET', '/v2.1/os-floating-ip-pools')).json).toEqual({ floating_ip_pools: [{ name: 'public' }] });
    const { status, json } = await take('public');
    expect([status, json.floating_ip]).toEqual([
      200,
      { id: expect.any(String), ip: '203.0.113.1', pool: 'public', fixed_ip: null, instance_id: null },
    ]);
    expect((await api.ask('GET', IPS)).json.floating_ips).toEqual([json.floating_ip]);
    expect((await api.ask('GET', `${IPS}/${json.floating_ip.id}`)).json).toEqual(json);
    expect(await release(json.floating_ip.id)).toMatchObject({ status: 202, text: '' });
    expect((await api.ask('GET', `${IPS}/${json.floating_ip.id}`)).status).toBe(404);
    expect(faultOf(await take('nowhere'))).toEqual([404, 'Floating IP pool not found.']);
  });

  it('are each taken by one, the lowest first, until none is left', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, (_, index) => take(null, index % 2 ? 'member' : 'other')));
    const taken = answers.filter(({ status }) => status === 200).map(({ json }) => json.floating_ip);
    expect(taken.map(({ ip }) => ip).sort()).toEqual([1, 2, 3, 4, 5, 6].map(last => `203.0.113.${last}`));
    expect(answers.filter(({ status }) => status !== 200).map(faultOf)).toEqual([
      [404, 'No more floating IPs in pool public.'],
      [404, 'No more floating IPs in pool public.'],
    ]);
    const third = taken.find(({ ip }) => ip === '203.0.113.3');
    await release(third.id, 'admin');
    expect((await take()).json.floating_ip.ip).toBe('203.0.113.3');
    for (const { id } of (await api.ask('GET', IPS)).json.floating_ips) await release(id);
    for (const { id } of (await api.ask('GET', IPS, { token: 'other' })).json.floating_ips) await release(id, 'other');
  });

  it('are nobody else’s', async () => {
    const { id } = (await take()).json.floating_ip;
    expect((await api.ask('GET', `${IPS}/${id}`, { token: 'other' })).status).toBe(404);
    expect((await release(id, 'other')).status).toBe(404);
    expect((await release(id, 'reader')).status).toBe(403);
    expect((await api.ask('GET', IPS, { token: 'other' })).json.floating_ips).toEqual([]);
    await release(id);
  });

  it('count against the quota of their project', async () => {
    const quotas = `/v2.1/os-quota-sets/${OTHER_PROJECT}`;
    await api.ask('PUT', quotas, { token: 'admin', body: { quota_set: { floating_ips: 1 } } });
    const answers = await Promise.all([take(null, 'other'), take(null, 'other')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 403]);
    expect(answers.map(faultOf)).toContainEqual([403, 'IP allocation over quota in pool public.']);
    const { absolute } = (await api.ask('GET', '/v2.1/limits', { token: 'other' })).json.limits;
    expect(absolute).toMatchObject({ maxTotalFloatingIps: 1, totalFloatingIpsUsed: 1 });
    const lower = await api.ask('PUT', quotas, { token: 'admin', body: { quota_set: { floating_ips: 0 } } });
    expect(faultOf(lower)[0]).toBe(400);
  });

  it('are given to no server, because none has an address of its own', async () => {
    const uuid = await api.boot();
    const { id, ip } = (await take()).json.floating_ip;
    const act = async (body: object, version = '2.1') => faultOf(await api.ask('POST', `/v2.1/servers/${uuid}/action`, { version, body }));
    expect(await act({ addFloatingIp: { address: ip } })).toEqual([400, 'No fixed IPs associated to instance']);
    expect(await act({ addFloatingIp: { address: '0.0.0.0' } })).toEqual([404, 'floating IP not found']);
    expect((await act({ addFloatingIp: { address: '' } }))[0]).toBe(400);
    expect(await act({ removeFloatingIp: { address: ip } })).toEqual([409, `Floating IP ${ip} is not associated with instance ${uuid}.`]);
    expect((await act({ removeFloatingIp: { address: '2001:db8::1' } }))[0]).toBe(404);
    expect((await act({ addFloatingIp: { address: ip } }, '2.44'))[0]).toBe(404);
    await release(id);
  });

  it('are gone from 2.36 on, and what Nova has removed for good', async () => {
    expect((await api.ask('GET', IPS, { version: '2.36' })).status).toBe(404);
    expect((await api.ask('GET', '/v2.1/os-floating-ip-pools', { version: '2.36' })).status).toBe(404);
    for (const path of ['os-floating-ips-bulk', 'os-floating-ip-dns']) expect((await api.ask('GET', `/v2.1/${path}`)).status).toBe(410);
  });
});

describe('networks', () => {
  it('are those that the pools are of', async () => {
    const [network] = (await api.ask('GET', '/v2.1/os-networks')).json.networks;
    expect(network).toMatchObject({ label: 'public', cidr: '203.0.113.0/29', gateway: null });
    expect(network).not.toHaveProperty('vlan');
    const { json } = await api.ask('GET', `/v2.1/os-networks/${network.id}`, { token: 'admin' });
    expect(json.network).toMatchObject({ id: network.id, vlan: null });
    const own = { id: network.id, label: 'public', cidr: '203.0.113.0/29' };
    expect((await api.ask('GET', '/v2.1/os-tenant-networks')).json).toEqual({ networks: [own] });
    expect((await api.ask('GET', `/v2.1/os-tenant-networks/${network.id}`)).json).toEqual({ network: own });
    expect((await take(network.id)).json.floating_ip.pool).toBe('public');
  });

  it('that do not exist are not found; none is listed from 2.36 on', async () => {
    for (const path of ['os-networks', 'os-tenant-networks']) {
      expect(faultOf(await api.ask('GET', `/v2.1/${path}/nowhere`))).toEqual([404, 'Network not found']);
      expect((await api.ask('GET', `/v2.1/${path}`, { version: '2.36' })).status).toBe(404);
      expect((await api.ask('POST', `/v2.1/${path}`, { body: {} })).status).toBe(410);
    }
  });
});
