import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HostMirrorRow } from '#database';
import { type ComputeApiFixture, computeApiFixture, IMAGE } from './compute-api.fixture.js';

const UNKNOWN = '00000000-0000-4000-8000-000000000000';

let api: ComputeApiFixture;
let path: string;
beforeAll(async () => {
  api = await computeApiFixture();
  const [row] = await api.dataSource.manager.find(HostMirrorRow);
  for (const host of ['h2', 'h3'])
    await api.dataSource.manager.insert(HostMirrorRow, { ...row!, id: undefined, uuid: `${host}-uuid`, host });
  const made = await api.ask('POST', '/v2.1/os-aggregates', { token: 'admin', body: { aggregate: { name: 'fast' } } });
  path = `/v2.1/os-aggregates/${made.json.aggregate.id}`;
});
afterAll(() => api.stop());

const cache = (body: unknown, { version = '2.81', token = 'admin', at = `${path}/images` } = {}) =>
  api.ask('POST', at, { token, version, body });

describe('images of an aggregate', () => {
  it('are fetched ahead by those of its hosts that are up', async () => {
    for (const host of ['h1', 'h2']) await api.ask('POST', `${path}/action`, { token: 'admin', body: { add_host: { host } } });
    await api.ask('PUT', '/v2.1/os-services/force-down', {
      token: 'admin',
      version: '2.11',
      body: { host: 'h2', binary: 'nova-compute', forced_down: true },
    });
    const reply = await cache({ cache: [{ id: IMAGE }] });
    expect([reply.status, reply.text]).toEqual([202, '']);
    expect(api.gateway.cached).toEqual([{ hosts: ['h1'], images: [IMAGE] }]);
  });

  it.each([
    [{ cache: [] }, 400],
    [{}, 400],
    [{ cache: [{ id: 'x' }] }, 400],
    [{ cache: [{ id: IMAGE, x: 1 }] }, 400],
    [{ cache: [{ id: IMAGE }, { id: IMAGE }] }, 400],
    [{ cache: [{ id: UNKNOWN }] }, 400],
  ])('are refused as %j', async (body, status) => {
    expect((await cache(body)).status).toBe(status);
  });

  it('are there from 2.81 on, of an aggregate that exists, for administrators', async () => {
    const body = { cache: [{ id: IMAGE }] };
    expect((await cache(body, { version: '2.80' })).status).toBe(404);
    expect((await cache(body, { at: '/v2.1/os-aggregates/99/images' })).status).toBe(404);
    expect((await cache(body, { token: 'member' })).status).toBe(403);
  });
});
