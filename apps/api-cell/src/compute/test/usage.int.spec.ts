import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiInstance } from '#database';
import { type ComputeApiFixture, computeApiFixture, OTHER_PROJECT, PROJECT } from './compute-api.fixture.js';

const HOUR = 3_600_000;

let api: ComputeApiFixture;
beforeAll(async () => {
  api = await computeApiFixture();
});
afterAll(() => api?.stop());

const admin: ComputeApiFixture['admin'] = (...asked) => api.admin(...asked);

describe('tenant usage', () => {
  const at = (ms: number) => new Date(ms).toISOString().slice(0, 19);
  const set = (uuid: string, columns: object) => api.dataSource.manager.update(ApiInstance, { uuid }, columns);
  const servers: string[] = [];
  let begin = 0;
  let period = '';

  beforeAll(async () => {
    begin = Math.floor(api.clock.now() / 1000) * 1000;
    for (const token of ['member', 'member', 'other']) servers.push(await api.boot({ name: `of-${token}` }, { token }));
    const [whole, ended, others] = servers as [string, string, string];
    await set(whole, { launchedAt: String(begin - HOUR) });
    await set(ended, { launchedAt: String(begin + HOUR), deletedAt: String(begin + 2 * HOUR), vmState: 'deleted' });
    await set(others, { launchedAt: String(begin + HOUR) });
    period = `start=${at(begin)}&end=${at(begin + 4 * HOUR)}`;
  });

  it('adds up what each project held in the period, server by server when asked', async () => {
    const { tenant_usages: totals } = (await admin('GET', `/os-simple-tenant-usage?${period}`)).json;
    expect(totals).toHaveLength(2);
    expect(totals[0]).toEqual({
      tenant_id: PROJECT,
      start: `${at(begin)}.000000`,
      stop: `${at(begin + 4 * HOUR)}.000000`,
      total_hours: 5,
      total_vcpus_usage: 5,
      total_memory_mb_usage: 5 * 512,
      total_local_gb_usage: 5,
    });
    const { tenant_usages: detailed } = (await admin('GET', `/os-simple-tenant-usage?detailed=1&${period}`)).json;
    expect(detailed.map((usage: { total_hours: number }) => usage.total_hours)).toEqual([5, 3]);
    expect(detailed[1].server_usages).toEqual([
      {
        instance_id: servers[2],
        name: 'of-other',
        tenant_id: OTHER_PROJECT,
        flavor: 'm1.tiny',
        vcpus: 1,
        memory_mb: 512,
        local_gb: 1,
        hours: 3,
        started_at: `${at(begin + HOUR)}.000000`,
        ended_at: null,
        state: 'active',
        uptime: 3 * 3600,
      },
    ]);
  });

  it('of a project tells its servers, those that are gone too', async () => {
    const { tenant_usage: usage } = (await api.ask('GET', `/v2.1/os-simple-tenant-usage/${PROJECT}?${period}`)).json;
    const states = usage.server_usages.map(({ state, hours }: { state: string; hours: number }) => [state, hours]);
    expect(states.sort()).toEqual([
      ['active', 4],
      ['terminated', 1],
    ]);
    const ofNobody = (await admin('GET', '/os-simple-tenant-usage/nobody')).json;
    expect(ofNobody.tenant_usage).toMatchObject({ tenant_id: 'nobody', total_hours: 0, total_memory_mb_usage: 0, server_usages: [] });
    expect((await api.ask('GET', `/v2.1/os-simple-tenant-usage/${OTHER_PROJECT}`)).status).toBe(403);
    expect((await api.ask('GET', '/v2.1/os-simple-tenant-usage')).status).toBe(403);
  });

  it('comes in pages of servers from 2.40, each with a link to the next', async () => {
    const seen: string[] = [];
    let path = `/os-simple-tenant-usage?detailed=1&limit=1&${period}`;
    for (let page = 0; path; page++) {
      expect(page).toBeLessThan(5);
      const { json } = await admin('GET', path, undefined, '2.40');
      for (const usage of json.tenant_usages) for (const server of usage.server_usages) seen.push(server.instance_id);
      path = json.tenant_usages_links?.[0].href.split('/v2.1')[1] ?? '';
    }
    expect(seen).toEqual([...servers.slice(0, 2).sort(), servers[2]]);
    const totals = await admin('GET', `/os-simple-tenant-usage?limit=2&${period}`, undefined, '2.40');
    expect(totals.json.tenant_usages[0].total_hours).toBe(5);
    expect(totals.json.tenant_usages_links[0].href).toContain(`marker=${servers.slice(0, 2).sort()[1]}`);
    expect((await admin('GET', `/os-simple-tenant-usage?limit=1&${period}`)).json).not.toHaveProperty('tenant_usages_links');
    expect((await admin('GET', '/os-simple-tenant-usage?marker=x', undefined, '2.40')).status).toBe(400);
  });

  it('refuses a period that ends before it begins, and what is no time', async () => {
    const refused = async (query: string) => (await admin('GET', `/os-simple-tenant-usage?${query}`)).json.badRequest.message;
    expect(await refused(`start=${at(begin + HOUR)}&end=${at(begin)}`)).toContain('cannot occur after the end time');
    expect(await refused('start=yesterday')).toContain('Invalid datetime string');
    expect((await admin('GET', '/os-simple-tenant-usage?colour=red', undefined, '2.75')).status).toBe(400);
  });
});

it('the audit log tells that no host has run an audit', async () => {
  const { instance_usage_audit_logs: log } = (await admin('GET', '/os-instance_usage_audit_log')).json;
  expect(log).toMatchObject({ num_hosts: 1, num_hosts_not_run: 1, hosts_not_run: ['h1'], overall_status: '0 of 1 hosts done. 0 errors.' });
  const { json } = await admin('GET', '/os-instance_usage_audit_log/2026-03-10%2012%3A00%3A00');
  expect(json.instance_usage_audit_log).toMatchObject({
    period_beginning: '2026-02-01 00:00:00',
    period_ending: '2026-03-01 00:00:00',
  });
  expect((await admin('GET', '/os-instance_usage_audit_log/never')).status).toBe(400);
  expect((await api.ask('GET', '/v2.1/os-instance_usage_audit_log')).status).toBe(403);
});
