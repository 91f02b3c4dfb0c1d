import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ComputeApiFixture, computeApiFixture, faultOf, OTHER_PROJECT, PROJECT } from './compute-api.fixture.js';

const GROUPS = '/v2.1/os-security-groups';
const RULES = '/v2.1/os-security-group-rules';
const NOBODY = '00000000-0000-4000-8000-000000000000';

let api: ComputeApiFixture;
beforeAll(async () => {
  api = await computeApiFixture();
});
afterAll(() => api?.stop());

interface Group {
  readonly id: string;
  readonly name: string;
  readonly rules: readonly { readonly id: string }[];
}

let made = 0;
const make = async (group: object = {}, token = 'member'): Promise<Group> => {
  made += 1;
  const reply = await api.ask('POST', GROUPS, { token, body: { security_group: { name: `group-${made}`, ...group } } });
  expect([reply.status, reply.text]).toEqual([200, expect.any(String)]);
  return reply.json.security_group;
};
const rule = (parent: string, more: object = {}, token = 'member') =>
  api.ask('POST', RULES, {
    token,
    body: { security_group_rule: { parent_group_id: parent, ip_protocol: 'tcp', from_port: 22, to_port: 22, ...more } },
  });
const list = async (path = '', token = 'member'): Promise<Group[]> => (await api.ask('GET', GROUPS + path, { token })).json.security_groups;
const show = async (id: string): Promise<Group> => (await api.ask('GET', `${GROUPS}/${id}`)).json.security_group;

describe('security groups', () => {
  it('every project has one, whose members may speak with each other', async () => {
    const [first, ...others] = await list('', 'other');
    expect(others).toEqual([]);
    expect(first).toMatchObject({ name: 'default', description: 'Default security group', tenant_id: OTHER_PROJECT });
    expect(first?.rules).toMatchObject([{ ip_protocol: null, from_port: null, group: { name: 'default', tenant_id: OTHER_PROJECT } }]);
  });

  it('of a project that has none yet is made once, whoever asks at the same time', async () => {
    await api.dataSource.query('DELETE FROM security_groups WHERE project_id = ?', [OTHER_PROJECT]);
    const answers = await Promise.all(Array.from({ length: 8 }, () => list('', 'other')));
    expect(new Set(answers.flat().map(({ id }) => id)).size).toBe(1);
  });

  it('are made, shown, renamed, listed and deleted', async () => {
    const group = await make({ name: ' web ', description: null });
    expect(group).toEqual({ id: expect.any(String), name: ' web ', description: '', tenant_id: PROJECT, rules: [] });
    expect(await show(group.id)).toEqual(group);
    const renamed = await api.ask('PUT', `${GROUPS}/${group.id}`, { body: { security_group: { name: 'www', description: 'pages' } } });
    expect([renamed.status, renamed.json.security_group]).toEqual([200, { ...group, name: 'www', description: 'pages' }]);
    const all = await list();
    expect(all.map(({ name }) => name)).toEqual(['default', 'www']);
    expect(await list('?offset=1&limit=1')).toEqual(all.slice(1));
    expect(await api.ask('DELETE', `${GROUPS}/${group.id}`)).toMatchObject({ status: 202, text: '' });
    expect(faultOf(await api.ask('GET', `${GROUPS}/${group.id}`))).toEqual([404, `Security group ${group.id} not found.`]);
  });

  it('of other projects are seen by administrators who ask for them, and by nobody else', async () => {
    const theirs = await make({}, 'other');
    const sees = async (path: string, token: string) => (await list(path, token)).some(({ id }) => id === theirs.id);
    expect(await sees('?all_tenants=1', 'admin')).toBe(true);
    expect(await sees('', 'admin')).toBe(false);
    expect(await sees('?all_tenants=1', 'member')).toBe(false);
    for (const method of ['GET', 'DELETE']) expect((await api.ask(method, `${GROUPS}/${theirs.id}`, { token: 'member' })).status).toBe(404);
    expect((await api.ask('GET', `${GROUPS}/${theirs.id}`, { token: 'admin' })).status).toBe(200);
    expect((await rule(theirs.id)).status).toBe(404);
    expect((await api.ask('POST', GROUPS, { token: 'reader', body: { security_group: { name: 'x' } } })).status).toBe(403);
  });

  it('refuse what Nova refuses, in its words', async () => {
    const group = await make();
    const [standard] = await list();
    const refused = async (method: string, path: string, body?: object) => faultOf(await api.ask(method, path, { body }));
    const put = (id: string | undefined, naming: object) => refused('PUT', `${GROUPS}/${id}`, { security_group: naming });
    expect(await refused('POST', GROUPS, { security_group: { name: group.name } })).toEqual([
      400,
      `Security group ${group.name} already exists`,
    ]);
    for (const name of ['', ' ']) expect((await refused('POST', GROUPS, { security_group: { name } }))[0]).toBe(400);
    expect(await refused('POST', GROUPS, { security_group: { name: 'x'.repeat(256) } })).toEqual([
      400,
      expect.stringContaining('too long'),
    ]);
    expect((await put(group.id, { description: 'x'.repeat(256) }))[0]).toBe(400);
    expect(await put(standard?.id, { name: 'mine' })).toEqual([400, "Unable to update system group 'default'"]);
    expect(await refused('DELETE', `${GROUPS}/${standard?.id}`)).toEqual([400, "Unable to delete system group 'default'"]);
    expect(await put(NOBODY, { name: 'x' })).toEqual([404, `Security group ${NOBODY} not found.`]);
    expect(await put('no-id', { name: 'x' })).toEqual([400, 'Security group id should be uuid']);
    expect((await refused('GET', `${GROUPS}/4711`))[0]).toBe(404);
    expect((await refused('POST', GROUPS, { name: 'x' }))[0]).toBe(400);
  });

  it('are gone from 2.36 on, and their default rules for good', async () => {
    expect((await api.ask('GET', GROUPS, { version: '2.36' })).status).toBe(404);
    expect((await api.ask('GET', '/v2.1/os-security-group-default-rules')).status).toBe(410);
  });
});

describe('rules of security groups', () => {
  it('are added, shown with their group, and deleted', async () => {
    const { id } = await make();
    const added = await rule(id, { cidr: '10.2.3.124/24' });
    expect([added.status, added.json.security_group_rule]).toEqual([
      200,
      {
        id: expect.any(String),
        parent_group_id: id,
        ip_protocol: 'tcp',
        from_port: 22,
        to_port: 22,
        ip_range: { cidr: '10.2.3.124/24' },
        group: {},
      },
    ]);
    expect((await show(id)).rules).toEqual([added.json.security_group_rule]);
    const path = `${RULES}/${added.json.security_group_rule.id}`;
    expect((await api.ask('DELETE', path, { token: 'other' })).status).toBe(404);
    expect(await api.ask('DELETE', path)).toMatchObject({ status: 202, text: '' });
    expect((await api.ask('DELETE', path)).status).toBe(404);
  });

  it('that name a group go with it', async () => {
    const [group, peer] = [await make(), await make()];
    const added = await rule(group.id, { group_id: peer.id, ip_protocol: null, from_port: null, to_port: null });
    expect(added.json.security_group_rule).toMatchObject({ group: { name: peer.name, tenant_id: PROJECT }, ip_range: {} });
    await api.ask('DELETE', `${GROUPS}/${peer.id}`);
    expect((await show(group.id)).rules).toEqual([]);
  });

  it('that are wrong, doubled or of no group are refused', async () => {
    const { id } = await make();
    await rule(id);
    expect(faultOf(await rule(id))).toEqual([400, `This rule already exists in group ${id}`]);
    expect((await rule(id, { to_port: 65536 })).status).toBe(400);
    expect(faultOf(await rule(id, { ip_protocol: 'gre' }))).toEqual([400, 'Invalid IP protocol gre.']);
    expect((await rule(NOBODY)).status).toBe(404);
    expect((await rule('no-id')).status).toBe(400);
    expect((await rule(id, { group_id: NOBODY })).status).toBe(404);
    expect((await rule(id, { from_port: '80', to_port: '80' })).json.security_group_rule).toMatchObject({ from_port: 80, to_port: 80 });
  });
});

describe('quotas of security groups', () => {
  const quota = (limits: object) =>
    api.ask('PUT', `/v2.1/os-quota-sets/${PROJECT}`, { token: 'admin', body: { quota_set: { ...limits, force: true } } });
  afterAll(() => api.ask('DELETE', `/v2.1/os-quota-sets/${PROJECT}`, { token: 'admin' }));

  it('count the groups of a project, the default one too', async () => {
    const used = (await list()).length;
    await quota({ security_groups: used + 1 });
    const answers = await Promise.all(
      ['a', 'b', 'c'].map(name => api.ask('POST', GROUPS, { body: { security_group: { name: `quota-${name}` } } })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 403, 403]);
    expect(answers.map(faultOf)).toContainEqual([403, 'Quota exceeded, too many security groups.']);
    const { absolute } = (await api.ask('GET', '/v2.1/limits')).json.limits;
    expect(absolute).toMatchObject({ maxSecurityGroups: used + 1, totalSecurityGroupsUsed: used + 1 });
    const detail = await api.ask('GET', `/v2.1/os-quota-sets/${PROJECT}/detail`);
    expect(detail.json.quota_set.security_groups).toEqual({ limit: used + 1, in_use: used + 1, reserved: 0 });
  });

  it('count the rules of a group', async () => {
    await quota({ security_groups: -1, security_group_rules: 1 });
    const [one, other] = [await make(), await make()];
    expect((await rule(one.id)).status).toBe(200);
    expect(faultOf(await rule(one.id, { from_port: 1 }))).toEqual([403, 'Quota exceeded, too many security group rules.']);
    expect((await rule(other.id)).status).toBe(200);
  });
});
