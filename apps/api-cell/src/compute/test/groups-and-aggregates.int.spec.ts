import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ComputeApiFixture, computeApiFixture, faultOf, IMAGE } from './compute-api.fixture.js';

let api: ComputeApiFixture;
beforeAll(async () => {
  api = await computeApiFixture();
});
afterAll(() => api?.stop());

const admin: ComputeApiFixture['admin'] = (...asked) => api.admin(...asked);

describe('aggregates', () => {
  let names = 0;
  const create = async (aggregate: object = {}): Promise<number> => {
    names += 1;
    const reply = await admin('POST', '/os-aggregates', { aggregate: { name: `agg-${names}`, ...aggregate } });
    expect([reply.status, reply.text]).toEqual([200, expect.any(String)]);
    return reply.json.aggregate.id;
  };
  const act = (id: number, body: object) => admin('POST', `/os-aggregates/${id}/action`, body);
  const remove = async (id: number) => {
    await act(id, { remove_host: { host: 'h1' } });
    expect((await admin('DELETE', `/os-aggregates/${id}`)).status).toBe(200);
  };

  it('are made, shown, listed, renamed and deleted', async () => {
    const made = await admin('POST', '/os-aggregates', { aggregate: { name: 'first', availability_zone: 'blue' } }, '2.41');
    const { aggregate } = made.json;
    expect(aggregate).toMatchObject({ name: 'first', availability_zone: 'blue', deleted: false, deleted_at: null, updated_at: null });
    expect(aggregate.uuid).toMatch(/^[0-9a-f-]{36}$/);
    expect(aggregate).not.toHaveProperty('hosts');
    const shown = await admin('GET', `/os-aggregates/${aggregate.id}`);
    expect(shown.json.aggregate).toMatchObject({ name: 'first', hosts: [], metadata: { availability_zone: 'blue' } });
    expect(shown.json.aggregate).not.toHaveProperty('uuid');
    const renamed = await admin('PUT', `/os-aggregates/${aggregate.id}`, { aggregate: { name: 'second', availability_zone: null } });
    expect(renamed.json.aggregate).toMatchObject({ name: 'second', availability_zone: null, metadata: {} });
    expect(renamed.json.aggregate.updated_at).toMatch(/^\d{4}-/);
    expect((await admin('GET', '/os-aggregates')).json.aggregates).toHaveLength(1);
    const gone = await admin('DELETE', `/os-aggregates/${aggregate.id}`);
    expect([gone.status, gone.text]).toEqual([200, '']);
    expect(faultOf(await admin('GET', `/os-aggregates/${aggregate.id}`))).toEqual([404, `Aggregate ${aggregate.id} could not be found.`]);
  });

  it('refuse what Nova refuses, in its words', async () => {
    const id = await create({ name: 'taken' });
    const refused = async (method: string, path: string, body?: unknown) => faultOf(await admin(method, path, body));
    expect(await refused('POST', '/os-aggregates', { aggregate: { name: 'taken' } })).toEqual([409, 'Aggregate taken already exists.']);
    expect(await refused('GET', '/os-aggregates/x')).toEqual([400, 'Invalid input received: id must be an integer']);
    expect(await refused('DELETE', '/os-aggregates/-1')).toEqual([404, 'Aggregate -1 could not be found.']);
    expect(await refused('PUT', `/os-aggregates/${id}`, { aggregate: {} })).toEqual([
      400,
      'Invalid input for field/attribute aggregate. Value: {}. {} is not valid under any of the given schemas',
    ]);
    expect((await admin('POST', '/os-aggregates', { aggregate: { name: 'x', availability_zone: 'a:b' } })).status).toBe(400);
    expect((await admin('POST', '/os-aggregates', { aggregate: { name: 'x', hosts: [] } })).status).toBe(400);
    expect(faultOf(await act(id, { add_host: { host: 'nowhere' } }))).toEqual([404, "Host 'nowhere' is not mapped to any cell"]);
    expect(faultOf(await act(id, { remove_host: { host: 'h1' } }))).toEqual([404, `Aggregate ${id} has no host h1.`]);
    expect(faultOf(await act(id, { explode: {} }))).toEqual([400, 'There is no such action: explode']);
    expect(faultOf(await act(id, { set_metadata: { metadata: { availability_zone: '' } } }))).toEqual([
      400,
      `Cannot update metadata of aggregate ${id}. Reason: Aggregate taken does not support empty named availability zone.`,
    ]);
    await act(id, { add_host: { host: 'h1' } });
    expect(faultOf(await act(id, { add_host: { host: 'h1' } }))).toEqual([409, `Aggregate ${id} already has host h1.`]);
    expect(await refused('DELETE', `/os-aggregates/${id}`)).toEqual([
      400,
      `Cannot delete aggregate ${id}. Reason: Host aggregate is not empty.`,
    ]);
    expect((await api.ask('GET', '/v2.1/os-aggregates')).status).toBe(403);
    await remove(id);
  });

  it('give their hosts one zone, never two', async () => {
    const blue = await create({ availability_zone: 'blue' });
    const green = await create({ availability_zone: 'green' });
    const plain = await create();
    expect((await act(blue, { add_host: { host: 'h1' } })).json.aggregate.hosts).toEqual(['h1']);
    expect(faultOf(await act(green, { add_host: { host: 'h1' } }))).toEqual([
      409,
      `Cannot add host to aggregate ${green}. Reason: One or more hosts already in availability zone(s) ['blue'].`,
    ]);
    expect((await act(plain, { add_host: { host: 'h1' } })).status).toBe(200);
    expect(faultOf(await admin('PUT', `/os-aggregates/${plain}`, { aggregate: { availability_zone: 'green' } }))).toEqual([
      400,
      `Cannot update aggregate ${plain}. Reason: One or more hosts already in availability zone(s) ['blue'].`,
    ]);
    for (const id of [blue, green, plain]) await act(id, { remove_host: { host: 'h1' } });
    for (const id of [blue, green, plain]) expect((await admin('DELETE', `/os-aggregates/${id}`)).status).toBe(200);
  });

  it('put hosts and servers into zones at once, and into their own again when they leave', async () => {
    const zones = async () =>
      (await api.ask('GET', '/v2.1/os-availability-zone')).json.availabilityZoneInfo.map((z: { zoneName: string }) => z.zoneName);
    const boot = (zone: string) =>
      api.ask('POST', '/v2.1/servers', { body: { server: { name: 'vm', flavorRef: '1', imageRef: IMAGE, availability_zone: zone } } });
    expect(await zones()).toEqual(['nova']);
    expect((await boot('red')).status).toBe(400);
    const id = await create({ availability_zone: 'red' });
    await act(id, { add_host: { host: 'h1' } });
    expect(await zones()).toEqual(['red']);
    const booted = await boot('red');
    expect(booted.status).toBe(202);
    api.clock.advance(1100);
    const server = await admin('GET', `/servers/${booted.json.server.id}`);
    expect(server.json.server['OS-EXT-AZ:availability_zone']).toBe('red');
    expect((await admin('GET', '/os-services')).json.services[0].zone).toBe('red');
    expect(faultOf(await act(id, { set_metadata: { metadata: { availability_zone: 'pink' } } }))).toEqual([
      400,
      `Cannot update metadata of aggregate ${id}. Reason: One or more hosts contain instances in this zone.`,
    ]);
    expect((await act(id, { set_metadata: { metadata: { disk: 'ssd', availability_zone: 'red' } } })).json.aggregate.metadata).toEqual({
      availability_zone: 'red',
      disk: 'ssd',
    });
    expect((await act(id, { set_metadata: { metadata: { disk: null } } })).json.aggregate.metadata).toEqual({ availability_zone: 'red' });
    await remove(id);
    expect(await zones()).toEqual(['nova']);
  });

  it('are told to the cells, each change by itself', async () => {
    const items = async () => api.dataSource.query("SELECT id, version, body FROM global_items WHERE kind = 'aggregate' ORDER BY version");
    const told = api.gateway.globalsTold;
    const one = await create({ availability_zone: 'z1' });
    const two = await create();
    await act(one, { add_host: { host: 'h1' } });
    const [last, lastButOne] = (await items()).reverse();
    expect(JSON.parse(last.body)).toMatchObject({ id: one, hosts: ['h1'], metadata: { availability_zone: 'z1' } });
    expect(lastButOne.id).toBe(String(two));
    await remove(one);
    const [{ version }] = await api.dataSource.query('SELECT version FROM cell_globals');
    expect((await items()).at(-1)).toMatchObject({ id: String(one), body: null, version });
    expect(api.gateway.globalsTold - told).toBe(5);
    await admin('DELETE', `/os-aggregates/${two}`);
  });
});

describe('server groups', () => {
  const member = (method: string, path: string, body?: unknown, version?: string) =>
    api.ask(method, `/v2.1${path}`, { ...(body !== undefined && { body }), ...(version !== undefined && { version }) });
  const group = (body: object, version?: string) => member('POST', '/os-server-groups', { server_group: { name: 'g', ...body } }, version);
  const create = async (body: object = { policies: ['anti-affinity'] }, version?: string): Promise<string> =>
    (await group(body, version)).json.server_group.id;
  const boot = (hint: string, change: object = {}) =>
    member('POST', '/servers', {
      server: { name: 'vm', flavorRef: '1', imageRef: IMAGE, ...change },
      'os:scheduler_hints': { group: hint },
    });

  beforeEach(async () => {
    const { server_groups: groups } = (await admin('GET', '/os-server-groups?all_projects=1')).json;
    for (const { id } of groups) expect((await admin('DELETE', `/os-server-groups/${id}`)).status).toBe(204);
  });

  it('are made, shown, listed and deleted as each version has them', async () => {
    const old = await group({ policies: ['affinity'] });
    expect([old.status, old.json.server_group]).toEqual([
      200,
      { id: expect.any(String), name: 'g', policies: ['affinity'], metadata: {}, members: [] },
    ]);
    const soft = await group({ policies: ['soft-affinity'] }, '2.15');
    expect(soft.json.server_group).toMatchObject({ policies: ['soft-affinity'], project_id: expect.any(String), user_id: 'alice' });
    const ruled = await group({ policy: 'anti-affinity', rules: { max_server_per_host: '3' } }, '2.64');
    expect(ruled.json.server_group).toMatchObject({ policy: 'anti-affinity', rules: { max_server_per_host: 3 } });
    expect(ruled.json.server_group).not.toHaveProperty('metadata');
    const plain = await member('GET', `/os-server-groups/${old.json.server_group.id}`, undefined, '2.64');
    expect(plain.json.server_group).toMatchObject({ policy: 'affinity', rules: {} });
    const ids = async (query: string) =>
      (await member('GET', `/os-server-groups${query}`)).json.server_groups.map((g: { id: string }) => g.id);
    const all = [old, soft, ruled].map(reply => reply.json.server_group.id);
    expect(await ids('')).toEqual(all);
    expect(await ids('?limit=1&offset=1')).toEqual([all[1]]);
    expect((await member('DELETE', `/os-server-groups/${all[0]}`)).status).toBe(204);
    expect(faultOf(await member('DELETE', `/os-server-groups/${all[0]}`))).toEqual([404, `Instance group ${all[0]} could not be found.`]);
  });

  it('refuse what Nova refuses', async () => {
    expect((await group({ policies: ['soft-affinity'] })).status).toBe(400);
    expect((await group({ policies: [] })).status).toBe(400);
    expect((await group({ policies: ['affinity', 'anti-affinity'] })).status).toBe(400);
    expect((await group({ policies: ['affinity'] }, '2.64')).status).toBe(400);
    expect((await group({ policy: 'anti-affinity', rules: { max_server_per_host: 0 } }, '2.64')).status).toBe(400);
    expect(faultOf(await group({ policy: 'affinity', rules: { max_server_per_host: 2 } }, '2.64'))).toEqual([
      400,
      'Only anti-affinity policy supports rules.',
    ]);
    const id = await create();
    for (const path of ['', '?all_projects=true']) {
      const reply = await api.ask('GET', `/v2.1/os-server-groups${path}`, { token: 'other' });
      expect([reply.status, reply.json.server_groups ?? 'refused']).toEqual(path ? [403, 'refused'] : [200, []]);
    }
    expect((await api.ask('GET', `/v2.1/os-server-groups/${id}`, { token: 'other' })).status).toBe(404);
    expect((await api.ask('POST', '/v2.1/os-server-groups', { token: 'reader', body: { server_group: { name: 'g' } } })).status).toBe(403);
    expect((await member('GET', '/os-server-groups?what=1', undefined, '2.75')).status).toBe(400);
  });

  it('have the servers that were made in them, until they are deleted', async () => {
    const id = await create({ policies: ['anti-affinity'] });
    const { server } = (await boot(id)).json;
    expect(api.gateway.created.at(-1)?.spec.group).toEqual({ uuid: id, policy: 'anti-affinity', maxServerPerHost: 1 });
    expect((await member('GET', `/os-server-groups/${id}`)).json.server_group.members).toEqual([server.id]);
    const groupsOf = async (version = '2.71') =>
      (await member('GET', `/servers/${server.id}`, undefined, version)).json.server.server_groups;
    expect([await groupsOf(), await groupsOf('2.70')]).toEqual([[id], undefined]);
    const put = await member('PUT', `/servers/${server.id}`, { server: { name: 'new' } }, '2.71');
    expect(put.json.server.server_groups).toEqual([id]);
    await member('DELETE', `/os-server-groups/${id}`);
    expect(await groupsOf()).toEqual([]);
    const [row] = await api.dataSource.query('SELECT deleted FROM placement_groups WHERE uuid = ?', [id]);
    expect(row.deleted).toBe(1);

    const next = await create();
    const second = (await boot(next)).json.server;
    await member('DELETE', `/servers/${second.id}`);
    expect((await member('GET', `/os-server-groups/${next}`)).json.server_group.members).toEqual([]);
  });

  it('that are not there, or another project’s, take no server', async () => {
    const unknown = '99999999-1111-4111-8111-111111111111';
    expect(faultOf(await boot(unknown))).toEqual([400, `Instance group ${unknown} could not be found.`]);
    const id = await create();
    const body = { server: { name: 'vm', flavorRef: '1', imageRef: IMAGE }, 'os:scheduler_hints': { group: id } };
    expect(faultOf(await api.ask('POST', '/v2.1/servers', { token: 'other', body }))).toEqual([
      400,
      `Instance group ${id} could not be found.`,
    ]);
  });

  it('count against the quota of their project', async () => {
    const { json } = await admin('GET', '/os-quota-sets/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa');
    expect(json.quota_set.server_groups).toBe(10);
    for (let n = 0; n < 10; n += 1) await create();
    expect(faultOf(await group({ policies: ['affinity'] }))).toEqual([403, 'Quota exceeded, too many server groups.']);
    const detail = await member('GET', '/os-quota-sets/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/detail');
    expect(detail.json.quota_set.server_groups).toEqual({ limit: 10, in_use: 10, reserved: 0 });
    expect((await member('GET', '/limits')).json.limits.absolute.totalServerGroupsUsed).toBe(10);
  });
});
