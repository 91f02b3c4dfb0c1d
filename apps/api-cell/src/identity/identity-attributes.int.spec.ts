import { describe, expect, it } from 'vitest';
import { newMember, useIdentityApi } from './test/identity-api.fixture.js';

const used = useIdentityApi();

const send = async (method: string, path: string, json?: object) => used.api.call(method, `/v3${path}`, { ...used.admin, json });
const made = async (path: string, json: object) => Object.values((await send('POST', path, json)).body)[0] as { id: string; name: string };
const roleId = async (name: string) => (await used.api.identity.roles.list({ name }))[0]?.id ?? '';
const rolesIn = async (token: string): Promise<string[]> =>
  (await used.api.call('GET', '/v3/auth/tokens', { token, subject: token })).body.token.roles
    .map(({ name }: { name: string }) => name)
    .sort();

describe('attributes beyond Identity’s own', () => {
  it.each([
    ['user', '/users', {}],
    ['project', '/projects', {}],
    ['domain', '/domains', {}],
    ['group', '/groups', {}],
    ['role', '/roles', {}],
    ['service', '/services', { type: 'odd' }],
  ])('of a %s are kept, changed one by one, and hide nothing', async (kind, path, more) => {
    const fields = { ...more, name: `odd ${kind}`, extra_mile: { far: 1 }, colour: 'red', id: 'mine', links: {} };
    const created = (await send('POST', path, { [kind]: fields })).body[kind];
    expect(created).toMatchObject({ name: `odd ${kind}`, extra_mile: { far: 1 }, colour: 'red', links: { self: expect.any(String) } });
    expect(created.id).not.toBe('mine');
    expect((await send('PATCH', `${path}/${created.id}`, { [kind]: { colour: 'blue' } })).status).toBe(200);
    const shown = (await send('GET', `${path}/${created.id}`)).body[kind];
    expect(shown).toMatchObject({ extra_mile: { far: 1 }, colour: 'blue' });
    expect((await send('GET', `${path}?name=odd ${kind}`)).body[`${kind}s`]).toEqual([shown]);
    const refused = await send('PATCH', `${path}/${created.id}`, { [kind]: { essay: 'x'.repeat(20_000) } });
    expect(refused).toMatchObject({ status: 400, body: { error: { message: expect.stringContaining('16000 characters') } } });
  });

  it('of endpoints and regions are kept too, and of a domain as a project', async () => {
    const [service] = (await send('GET', '/services?type=image')).body.services;
    const endpoint = { service_id: service.id, interface: 'public', url: 'http://odd', name: 'odd' };
    const { id } = await made('/endpoints', { endpoint });
    await send('PATCH', `/endpoints/${id}`, { endpoint: { colour: 'red' } });
    expect((await send('GET', `/endpoints/${id}`)).body.endpoint).toMatchObject({ ...endpoint, colour: 'red' });
    await made('/regions', { region: { id: 'odd', colour: 'red' } });
    await send('PATCH', '/regions/odd', { region: { taste: 'sour' } });
    expect((await send('GET', '/regions/odd')).body.region).toMatchObject({ id: 'odd', colour: 'red', taste: 'sour' });
    const project = await made('/projects', { project: { name: 'odd as project', is_domain: true, colour: 'red' } });
    await send('PATCH', `/projects/${project.id}`, { project: { taste: 'sour' } });
    expect((await send('GET', `/domains/${project.id}`)).body.domain).toMatchObject({ colour: 'red', taste: 'sour' });
    expect((await send('GET', `/projects/${project.id}`)).body.project).toMatchObject({ colour: 'red', taste: 'sour' });
  });

  it('that ask for what is not done here are refused when they are on', async () => {
    const user = { name: 'careful', password: 'pw' };
    for (const option of ['multi_factor_auth_enabled', 'lock_password']) {
      const refused = await send('POST', '/users', { user: { ...user, options: { [option]: true } } });
      expect(refused).toMatchObject({ status: 400, body: { error: { message: expect.stringContaining(option) } } });
    }
    const harmless = { ignore_password_expiry: true, multi_factor_auth_enabled: false };
    expect((await send('POST', '/users', { user: { ...user, options: harmless } })).status).toBe(201);
    for (const [kind, path] of Object.entries({ project: '/projects', role: '/roles', domain: '/domains' }))
      expect((await send('POST', path, { [kind]: { name: 'fast', options: { immutable: true } } })).status).toBe(400);
    const tagged = await send('POST', '/domains', { domain: { name: 'tagged', tags: ['x'] } });
    expect(tagged).toMatchObject({ status: 400, body: { error: { message: expect.stringContaining('domain.tags') } } });
  });
});

describe('a domain', () => {
  it('is a project too: listed, shown, made, changed and deleted as one', async () => {
    const { id } = await made('/projects', { project: { name: 'as project', is_domain: true, domain_id: null } });
    const shown = (await send('GET', `/projects/${id}`)).body.project;
    expect(shown).toMatchObject({ name: 'as project', is_domain: true, domain_id: null, parent_id: null, enabled: true });
    expect((await send('GET', '/projects?is_domain=true&name=as project')).body.projects).toEqual([shown]);
    expect((await send('GET', '/projects?name=as project')).body.projects).toEqual([]);
    expect((await send('GET', '/domains?name=as project')).body.domains).toMatchObject([{ id }]);
    expect((await send('DELETE', `/projects/${id}`)).body.error.message).toContain('please disable it first');
    expect((await send('PATCH', `/projects/${id}`, { project: { enabled: false } })).body.project).toEqual({ ...shown, enabled: false });
    expect((await send('DELETE', `/projects/${id}`)).status).toBe(204);
    expect((await send('GET', `/domains/${id}`)).status).toBe(404);
  });

  it('is below nothing', async () => {
    const refused = await send('POST', '/projects', { project: { name: 'low', is_domain: true, parent_id: 'default' } });
    expect(refused).toMatchObject({ status: 400, body: { error: { message: expect.stringContaining('project.is_domain') } } });
  });
});

describe('a role of one domain', () => {
  it('has its name there, beside one of all domains, and goes with it', async () => {
    const domain = await made('/domains', { domain: { name: 'with roles' } });
    const role = await made('/roles', { role: { name: 'member', domain_id: domain.id } });
    expect(role).toMatchObject({ name: 'member', domain_id: domain.id });
    expect((await send('POST', '/roles', { role: { name: 'member', domain_id: domain.id } })).status).toBe(409);
    expect((await send('POST', '/roles', { role: { name: 'member', domain_id: 'nowhere' } })).status).toBe(404);
    expect((await send('GET', `/roles?domain_id=${domain.id}`)).body.roles).toEqual([role]);
    expect((await send('GET', '/roles?name=member')).body.roles).toMatchObject([{ domain_id: null }]);
    await send('PATCH', `/domains/${domain.id}`, { domain: { enabled: false } });
    expect((await send('DELETE', `/domains/${domain.id}`)).status).toBe(204);
    expect((await send('GET', `/roles/${role.id}`)).status).toBe(404);
  });

  it('counts in its domain, for the roles that it implies: tokens show these only', async () => {
    const { project, user } = await newMember(used.api, 'local');
    const role = await made('/roles', { role: { name: 'local staff', domain_id: 'default' } });
    expect((await send('PUT', `/roles/${await roleId('member')}/implies/${role.id}`)).status).toBe(403);
    expect((await send('PUT', `/projects/${project}/users/${user}/roles/${role.id}`)).status).toBe(204);
    const token = used.api.tokenOf(await used.api.login({ id: user }, 'pw', { project: { id: project } }));
    expect(await rolesIn(token)).toEqual(['member', 'reader']);
    expect((await send('PUT', `/roles/${role.id}/implies/${await roleId('manager')}`)).status).toBe(201);
    expect(await rolesIn(token)).toEqual(['manager', 'member', 'reader']);
    const listed = (await send('GET', `/role_assignments?user.id=${user}&effective&include_names`)).body.role_assignments;
    expect(listed.map((row: { role: { name: string } }) => row.role.name).sort()).toEqual(['manager', 'member', 'reader']);
    const other = await made('/domains', { domain: { name: 'elsewhere' } });
    expect((await send('PUT', `/domains/${other.id}/users/${user}/roles/${role.id}`)).status).toBe(403);
    expect((await send('PUT', `/system/users/${user}/roles/${role.id}`)).status).toBe(403);
  });
});
