import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ComputeApiFixture, computeApiFixture, IMAGE } from './compute-api.fixture.js';

const GROUPS = '/v2.1/os-security-groups';

let api: ComputeApiFixture;
beforeAll(async () => {
  api = await computeApiFixture();
});
afterAll(() => api?.stop());

const make = async (name: string): Promise<string> =>
  (await api.ask('POST', GROUPS, { body: { security_group: { name, description: '' } } })).json.security_group.id;
const act = (uuid: string, action: 'addSecurityGroup' | 'removeSecurityGroup', name: string, token = 'member') =>
  api.ask('POST', `/v2.1/servers/${uuid}/action`, { token, body: { [action]: { name } } });
const namesOf = async (uuid: string): Promise<string[] | undefined> =>
  (await api.ask('GET', `/v2.1/servers/${uuid}`)).json.server.security_groups?.map(({ name }: { name: string }) => name);
const groupsOf = async (uuid: string): Promise<{ id: string; name: string }[]> =>
  (await api.ask('GET', `/v2.1/servers/${uuid}/os-security-groups`)).json.security_groups;

describe('the security groups of a server', () => {
  it('are its project’s default group when it asks for none, or for that', async () => {
    for (const asked of [undefined, [], [{ name: 'default' }], [{}]]) {
      const uuid = await api.boot(asked === undefined ? {} : { security_groups: asked });
      expect(await namesOf(uuid)).toEqual(['default']);
      expect(await groupsOf(uuid)).toMatchObject([{ name: 'default', rules: [{ group: { name: 'default' } }] }]);
    }
  });

  it('are those that it asks for, by name or id, each once', async () => {
    const [web, db] = [await make('web'), await make('db')];
    const security_groups = [{ name: 'web' }, { name: db }, { name: web }, { name: 'default' }];
    const reply = await api.ask('POST', '/v2.1/servers', {
      body: { server: { name: 'vm', flavorRef: '1', imageRef: IMAGE, security_groups } },
    });
    const { server } = reply.json;
    expect(server.security_groups).toEqual([{ name: 'web' }, { name: 'db' }, { name: 'default' }]);
    expect(await namesOf(server.id)).toEqual(['web', 'db', 'default']);
    expect((await groupsOf(server.id)).map(({ name }) => name).sort()).toEqual(['db', 'default', 'web']);
    const unknown = await api.ask('POST', '/v2.1/servers', {
      body: { server: { name: 'vm', flavorRef: '1', imageRef: IMAGE, security_groups: [{ name: 'web' }, { name: 'nope' }] } },
    });
    expect([unknown.status, unknown.json.badRequest.message]).toEqual([400, 'Security group nope not found.']);
  });

  it('are joined and left while it runs; one that is in none shows none', async () => {
    const id = await make('late');
    const uuid = await api.boot();
    expect(await act(uuid, 'addSecurityGroup', 'late')).toMatchObject({ status: 202, text: '' });
    expect((await act(uuid, 'addSecurityGroup', id)).status).toBe(202);
    expect(await namesOf(uuid)).toEqual(['default', 'late']);
    for (const name of ['default', 'late']) expect((await act(uuid, 'removeSecurityGroup', name)).status).toBe(202);
    expect((await api.ask('GET', `/v2.1/servers/${uuid}`)).json.server).not.toHaveProperty('security_groups');
    expect(await groupsOf(uuid)).toEqual([]);
    const again = await act(uuid, 'removeSecurityGroup', 'late');
    expect([again.status, again.json.itemNotFound.message]).toEqual([404, `Security group ${id} not associated with the instance ${uuid}`]);
  });

  it('that are joined at the same time are all joined', async () => {
    const uuid = await api.boot();
    const names = Array.from({ length: 12 }, (_, index) => `crowd-${index}`);
    for (const name of names) await make(name);
    const answers = await Promise.all(names.map(name => act(uuid, 'addSecurityGroup', name)));
    expect(answers.map(({ status }) => status)).toEqual(names.map(() => 202));
    expect((await namesOf(uuid))?.sort()).toEqual([...names, 'default'].sort());
  });

  it('keep their names true, and are not deleted before the server is', async () => {
    const id = await make('old');
    const uuid = await api.boot({ security_groups: [{ name: 'old' }] });
    await api.ask('PUT', `${GROUPS}/${id}`, { body: { security_group: { name: 'new "name"' } } });
    expect(await namesOf(uuid)).toEqual(['new "name"']);
    const refused = await api.ask('DELETE', `${GROUPS}/${id}`);
    expect([refused.status, refused.json.badRequest.message]).toEqual([400, `Security Group ${id} is still in use`]);
    await api.ask('DELETE', `/v2.1/servers/${uuid}`);
    expect((await api.ask('DELETE', `${GROUPS}/${id}`)).status).toBe(202);
  });

  it('are the owner’s to choose, from those of the server’s project', async () => {
    const uuid = await api.boot();
    await make('mine');
    expect((await act(uuid, 'addSecurityGroup', 'mine', 'other')).status).toBe(404);
    expect((await act(uuid, 'addSecurityGroup', 'mine', 'reader')).status).toBe(403);
    const unknown = await act(uuid, 'addSecurityGroup', 'nope');
    expect([unknown.status, unknown.json.itemNotFound.message]).toEqual([404, 'Security group nope not found.']);
    expect((await act(uuid, 'addSecurityGroup', '')).status).toBe(400);
    expect((await api.ask('GET', `/v2.1/servers/${uuid}/os-security-groups`, { token: 'other' })).status).toBe(404);
  });
});
