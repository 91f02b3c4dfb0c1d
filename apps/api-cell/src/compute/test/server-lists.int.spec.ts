import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ComputeApiFixture, computeApiFixture, IMAGE } from './compute-api.fixture.js';

let api: ComputeApiFixture;
beforeAll(async () => {
  api = await computeApiFixture();
});
afterAll(() => api?.stop());

describe('pages of servers', () => {
  it('neither overlap nor miss one', async () => {
    for (let index = 0; index < 5; index++) await api.boot({ name: `page${index}` });
    const seen: string[] = [];
    let path: string | undefined = '/v2.1/servers?limit=2&name=^page&sort_key=display_name&sort_dir=asc';
    while (path !== undefined) {
      const { servers, servers_links: links }: { servers: { name: string }[]; servers_links?: { href: string }[] } = (
        await api.ask('GET', path)
      ).json;
      seen.push(...servers.map(server => server.name));
      path = links?.[0]?.href.slice(api.origin.length);
    }
    expect(seen).toEqual(['page0', 'page1', 'page2', 'page3', 'page4']);
  });

  it('refuse a marker that is no server', async () => {
    const reply = await api.ask('GET', '/v2.1/servers?marker=99999999-0000-4000-8000-000000000000');
    expect([reply.status, reply.json.badRequest.message]).toEqual([400, 'marker [99999999-0000-4000-8000-000000000000] not found']);
  });
});

describe('filters of servers', () => {
  const names = async (query: string, token = 'member', version = '2.1') =>
    (await api.ask('GET', `/v2.1/servers?${query}`, { token, version })).json.servers.map((server: { name: string }) => server.name).sort();

  it('find by status, flavor and tags', async () => {
    const reply = await api.ask('POST', '/v2.1/servers', {
      version: '2.52',
      body: {
        server: {
          name: 'f-tagged',
          flavorRef: '2',
          imageRef: IMAGE,
          networks: 'none',
          tags: ['red', 'big'],
        },
      },
    });
    expect(reply.status).toBe(202);
    await api.ask('POST', `/v2.1/servers/${reply.json.server.id}/action`, { body: { 'os-stop': null } });
    expect(await names('status=SHUTOFF&name=f-')).toEqual(['f-tagged']);
    expect(await names('flavor=2&name=f-')).toEqual(['f-tagged']);
    expect(await names('tags=red,big&name=f-', 'member', '2.26')).toEqual(['f-tagged']);
    expect(await names('tags=red,small&name=f-', 'member', '2.26')).toEqual([]);
    expect(await names('not-tags=red&name=f-', 'member', '2.26')).toEqual([]);
  });

  it('refuse all_tenants and unknown parameters where Nova does', async () => {
    expect((await api.ask('GET', '/v2.1/servers?all_tenants=1')).status).toBe(403);
    expect((await api.ask('GET', '/v2.1/servers?all_tenants=1', { token: 'admin' })).status).toBe(200);
    expect((await api.ask('GET', '/v2.1/servers?bogus=1', { version: '2.74' })).status).toBe(200);
    const strict = await api.ask('GET', '/v2.1/servers?bogus=1', { version: '2.75' });
    expect([strict.status, strict.json.badRequest.message]).toEqual([
      400,
      "Additional properties are not allowed ('bogus' was unexpected)",
    ]);
    expect((await api.ask('GET', '/v2.1/servers?status=bogus', { version: '2.37' })).json.servers).toEqual([]);
    expect((await api.ask('GET', '/v2.1/servers?status=bogus', { version: '2.38' })).status).toBe(400);
    expect((await api.ask('GET', '/v2.1/servers?name=(')).status).toBe(400);
    expect((await api.ask('GET', '/v2.1/servers?limit=-1')).status).toBe(400);
  });

  it('show an administrator the deleted ones, and everybody what changed since', async () => {
    const uuid = await api.boot({ name: 'f-deleted' });
    await api.ask('DELETE', `/v2.1/servers/${uuid}`);
    expect(await names('name=f-deleted')).toEqual([]);
    expect(await names('name=f-deleted&deleted=1', 'admin')).toEqual(['f-deleted']);
    const since = encodeURIComponent('2026-01-01T00:00:00Z');
    const { servers } = (await api.ask('GET', `/v2.1/servers/detail?name=f-deleted&changes-since=${since}`)).json;
    expect(servers.map((server: { status: string }) => server.status)).toEqual(['DELETED']);
  });
});
