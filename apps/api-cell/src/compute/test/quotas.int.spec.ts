import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ComputeApiFixture, computeApiFixture, OTHER_PROJECT, PROJECT } from './compute-api.fixture.js';

let api: ComputeApiFixture;
beforeAll(async () => {
  api = await computeApiFixture();
});
afterAll(() => api?.stop());

describe('quotas and limits', () => {
  beforeAll(async () => {
    for (const _ of [1, 2]) await api.boot();
  });

  it('are shown, changed and reset', async () => {
    const path = `/v2.1/os-quota-sets/${PROJECT}`;
    expect((await api.ask('GET', path)).json.quota_set).toMatchObject({
      id: PROJECT,
      instances: 100,
      cores: 20,
      ram: 51200,
      floating_ips: -1,
      injected_files: 5,
    });
    expect((await api.ask('GET', path, { version: '2.57' })).json.quota_set).not.toHaveProperty('injected_files');
    const changed = await api.ask('PUT', path, { token: 'admin', body: { quota_set: { cores: '99', force: true } } });
    expect([changed.status, changed.json.quota_set.cores]).toEqual([200, 99]);
    expect((await api.ask('GET', `${path}/detail`)).json.quota_set.cores).toMatchObject({ limit: 99, reserved: 0 });
    expect((await api.ask('GET', '/v2.1/limits')).json.limits.absolute).toMatchObject({
      maxTotalCores: 99,
      maxServerMeta: 128,
      totalInstancesUsed: expect.any(Number),
    });
    expect((await api.ask('PUT', path, { token: 'admin', body: { quota_set: { instances: 1 } } })).json.badRequest.message).toContain(
      'Quota limit 1 for instances must be greater',
    );
    expect(await api.ask('DELETE', path, { token: 'admin' })).toMatchObject({ status: 202, text: '' });
    expect((await api.ask('GET', `${path}/defaults`)).json.quota_set.cores).toBe(20);
    expect((await api.ask('GET', path)).json.quota_set.cores).toBe(20);
  });

  it('of another project are an administrator’s', async () => {
    expect((await api.ask('GET', `/v2.1/os-quota-sets/${OTHER_PROJECT}`)).status).toBe(403);
    expect((await api.ask('GET', `/v2.1/limits?tenant_id=${OTHER_PROJECT}`)).status).toBe(403);
    expect((await api.ask('PUT', `/v2.1/os-quota-sets/${PROJECT}`, { body: { quota_set: { cores: 5 } } })).status).toBe(403);
  });

  it('of the default class are everybody’s defaults', async () => {
    const admin = { token: 'admin', version: '2.50' } as const;
    expect(
      (await api.ask('PUT', '/v2.1/os-quota-class-sets/default', { ...admin, body: { quota_class_set: { metadata_items: 7 } } })).json
        .quota_class_set.metadata_items,
    ).toBe(7);
    expect((await api.ask('GET', `/v2.1/os-quota-sets/${PROJECT}`)).json.quota_set.metadata_items).toBe(7);
    await api.ask('PUT', '/v2.1/os-quota-class-sets/default', { ...admin, body: { quota_class_set: { metadata_items: 128 } } });
  });
});

describe('quotas of users', () => {
  const path = `/os-quota-sets/${OTHER_PROJECT}`;
  beforeAll(() => api.boot({}, { token: 'other' }));

  it('stand under those of the project, and go with them', async () => {
    const changed = await api.admin('PUT', `${path}?user_id=bob`, { quota_set: { cores: 3 } });
    expect([changed.status, changed.json.quota_set.cores]).toEqual([200, 3]);
    expect((await api.admin('GET', `${path}?user_id=bob`)).json.quota_set).toMatchObject({ id: OTHER_PROJECT, cores: 3, key_pairs: 100 });
    expect((await api.admin('GET', `${path}?user_id=eve`)).json.quota_set.cores).toBe(20);
    expect((await api.admin('GET', path)).json.quota_set.cores).toBe(20);
    expect((await api.admin('GET', `${path}/detail?user_id=bob`)).json.quota_set.cores).toEqual({ limit: 3, in_use: 1, reserved: 0 });
    expect((await api.admin('DELETE', `${path}?user_id=bob`)).status).toBe(202);
    expect((await api.admin('GET', `${path}?user_id=bob`)).json.quota_set.cores).toBe(20);
    await api.admin('PUT', `${path}?user_id=bob`, { quota_set: { cores: 3 } });
    await api.admin('DELETE', path);
    expect((await api.admin('GET', `${path}?user_id=bob`)).json.quota_set.cores).toBe(20);
  });

  it('may not be above the project’s, nor below what is used, unless forced', async () => {
    const refused = async (limits: object) =>
      (await api.admin('PUT', `${path}?user_id=bob`, { quota_set: limits })).json.badRequest.message;
    expect(await refused({ cores: 21 })).toBe('Quota limit 21 for cores must be less than or equal to 20.');
    expect(await refused({ cores: 0 })).toBe('Quota limit 0 for cores must be greater than or equal to already used and reserved 1.');
    expect(await refused({ cores: -1 })).toContain('Quota limit -1 for cores must be greater than or equal to');
    expect((await api.admin('PUT', `${path}?user_id=bob`, { quota_set: { cores: 0, force: true } })).status).toBe(200);
  });

  it('are told to whoever makes servers, beside those of the project', async () => {
    api.clock.advance(2000);
    await api.boot({}, { token: 'other' });
    expect(api.gateway.limits).toMatchObject({ cores: 20, user: { instances: 100, cores: 0, ramMb: 51200 } });
    await api.boot();
    expect(api.gateway.limits).not.toHaveProperty('user');
    await api.admin('DELETE', path);
  });

  it('a class that is not the default is kept and changes nothing', async () => {
    const made = await api.admin('PUT', '/os-quota-class-sets/gold', { quota_class_set: { cores: 500 } });
    expect([made.status, made.json.quota_class_set.cores]).toEqual([200, 500]);
    expect((await api.admin('GET', '/os-quota-class-sets/gold')).json.quota_class_set).toMatchObject({ id: 'gold', cores: 500 });
    expect((await api.admin('GET', '/os-quota-class-sets/default')).json.quota_class_set.cores).toBe(20);
  });
});
