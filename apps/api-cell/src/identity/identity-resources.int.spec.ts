import { describe, expect, it } from 'vitest';
import { newMember, useIdentityApi } from './test/identity-api.fixture.js';

const used = useIdentityApi();

const send = async (method: string, path: string, json?: object) => used.api.call(method, `/v3${path}`, { ...used.admin, json });
const made = async (path: string, json: object) => Object.values((await send('POST', path, json)).body)[0] as { id: string; name: string };
const roleId = async (name: string) => (await used.api.identity.roles.list({ name }))[0]?.id ?? '';
const isValid = async (token: string) => (await used.api.call('GET', '/v3/auth/tokens', { token, subject: token })).status === 200;
const rolesIn = async (token: string): Promise<string[]> =>
  (await used.api.call('GET', '/v3/auth/tokens', { token, subject: token })).body.token.roles
    .map(({ name }: { name: string }) => name)
    .sort();

describe('domains', () => {
  it('are made, changed, and deleted with what is in them when they are disabled', async () => {
    const domain = await made('/domains', { domain: { name: 'acme', description: 'd' } });
    expect(await send('POST', '/domains', { domain: { name: 'acme' } })).toMatchObject({ status: 409 });
    const user = await made('/users', { user: { name: 'u', password: 'pw', domain_id: domain.id } });
    const project = await made('/projects', { project: { name: 'p', domain_id: domain.id } });
    const group = await made('/groups', { group: { name: 'g', domain_id: domain.id } });
    await send('PUT', `/domains/${domain.id}/users/${user.id}/roles/${await roleId('admin')}`);
    const token = used.api.tokenOf(await used.api.login({ name: 'u', domain: { name: 'acme' } }, 'pw', { domain: { id: domain.id } }));
    expect((await used.api.call('GET', '/v3/auth/domains', { token })).body.domains).toMatchObject([{ name: 'acme' }]);
    expect((await send('DELETE', `/domains/${domain.id}`)).body.error.message).toContain('please disable it first');
    expect((await send('PATCH', `/domains/${domain.id}`, { domain: { enabled: false } })).body.domain.enabled).toBe(false);
    expect(await isValid(token)).toBe(false);
    expect((await send('DELETE', `/domains/${domain.id}`)).status).toBe(204);
    for (const path of [`/users/${user.id}`, `/projects/${project.id}`, `/groups/${group.id}`, `/domains/${domain.id}`])
      expect([path, (await send('GET', path)).status]).toEqual([path, 404]);
    expect((await send('DELETE', '/domains/default')).status).toBe(403);
  });
});

describe('projects', () => {
  it('stand in trees, whose leaves are deleted first', async () => {
    const top = await made('/projects', { project: { name: 'top', parent_id: 'default' } });
    const low = await made('/projects', { project: { name: 'low', parent_id: top.id } });
    expect(low).toMatchObject({ parent_id: top.id, domain_id: 'default' });
    expect(top).toMatchObject({ parent_id: 'default' });
    expect((await send('GET', `/projects?parent_id=${top.id}`)).body.projects).toMatchObject([{ name: 'low' }]);
    expect((await send('GET', `/projects/${low.id}?parents_as_ids`)).body.project.parents).toEqual({ [top.id]: { default: null } });
    expect((await send('GET', `/projects/${top.id}?subtree_as_ids`)).body.project.subtree).toEqual({ [low.id]: null });
    expect((await send('GET', `/projects/${top.id}?subtree_as_list`)).body.project.subtree).toMatchObject([{ project: { name: 'low' } }]);
    expect((await send('PATCH', `/projects/${low.id}`, { project: { parent_id: 'default' } })).status).toBe(403);
    expect((await send('DELETE', `/projects/${top.id}`)).body.error.message).toContain('not a leaf');
    let parent = low.id;
    for (const name of ['three', 'four']) parent = (await made('/projects', { project: { name, parent_id: parent } })).id;
    expect((await send('POST', '/projects', { project: { name: 'five', parent_id: parent } })).status).toBe(403);
    expect((await send('POST', '/projects', { project: { name: 'x', parent_id: 'nowhere' } })).status).toBe(404);
  });

  it('have tags, and are found by them', async () => {
    const { id } = await made('/projects', { project: { name: 'tagged', tags: ['red'] } });
    expect((await send('PUT', `/projects/${id}/tags/blue`)).status).toBe(201);
    expect((await send('GET', `/projects/${id}/tags`)).body.tags).toEqual(['red', 'blue']);
    expect((await send('GET', '/projects?tags=red,blue')).body.projects).toMatchObject([{ id }]);
    expect((await send('GET', '/projects?tags=green')).body.projects).toEqual([]);
    expect((await send('DELETE', `/projects/${id}/tags/red`)).status).toBe(204);
    expect((await send('DELETE', `/projects/${id}/tags/red`)).status).toBe(404);
    expect((await send('PUT', `/projects/${id}/tags`, { tags: ['a', 'b'] })).body.tags).toEqual(['a', 'b']);
    expect((await send('PUT', `/projects/${id}/tags`, { tags: ['a,b'] })).body.error.message).toContain('tags.0');
  });
});

describe('groups', () => {
  it('give their roles to their members, and take them back with every token', async () => {
    const { user, project } = await newMember(used.api, 'grouped', 'reader');
    const group = await made('/groups', { group: { name: 'staff', description: 'd' } });
    await send('PUT', `/groups/${group.id}/users/${user}`);
    await send('PUT', `/groups/${group.id}/users/${user}`);
    const grant = `/projects/${project}/groups/${group.id}/roles/${await roleId('manager')}`;
    expect((await send('PUT', grant)).status).toBe(204);
    expect((await send('HEAD', grant)).status).toBe(204);
    expect((await send('GET', grant.replace(/\/[^/]+$/, ''))).body.roles).toMatchObject([{ name: 'manager' }]);
    const token = used.api.tokenOf(await used.api.login({ id: user }, 'pw', { project: { id: project } }));
    expect(await rolesIn(token)).toEqual(['manager', 'member', 'reader']);
    expect((await send('GET', `/users/${user}/groups`)).body.groups).toMatchObject([{ name: 'staff' }]);
    expect((await send('GET', `/groups/${group.id}/users`)).body.users).toMatchObject([{ name: 'grouped' }]);

    expect((await send('DELETE', `/groups/${group.id}/users/${user}`)).status).toBe(204);
    expect(await isValid(token)).toBe(false);
    expect((await send('HEAD', `/groups/${group.id}/users/${user}`)).status).toBe(404);
    await send('PUT', `/groups/${group.id}/users/${user}`);
    expect(await isValid(token)).toBe(false);
    const again = used.api.tokenOf(await used.api.login({ id: user }, 'pw', { project: { id: project } }));
    expect((await send('DELETE', grant)).status).toBe(204);
    expect(await isValid(again)).toBe(false);
    expect(await rolesIn(used.api.tokenOf(await used.api.login({ id: user }, 'pw', { project: { id: project } })))).toEqual(['reader']);
    expect((await send('DELETE', grant)).status).toBe(404);
  });

  it('may be the only way into a project, which is listed as one’s own', async () => {
    const { user } = await newMember(used.api, 'insider');
    const project = await made('/projects', { project: { name: 'inside' } });
    const group = await made('/groups', { group: { name: 'insiders' } });
    await send('PUT', `/groups/${group.id}/users/${user}`);
    await send('PUT', `/projects/${project.id}/groups/${group.id}/roles/${await roleId('member')}`);
    const token = used.api.tokenOf(await used.api.login({ id: user }, 'pw', { project: { id: project.id } }));
    const mine = (await used.api.call('GET', '/v3/auth/projects', { token })).body.projects.map(({ name }: { name: string }) => name);
    expect(mine).toEqual(['inside', 'insider']);
    expect((await send('DELETE', `/groups/${group.id}`)).status).toBe(204);
    expect(await isValid(token)).toBe(false);
  });

  it('are found, renamed and unique in a domain', async () => {
    const { id } = await made('/groups', { group: { name: 'one' } });
    expect((await send('POST', '/groups', { group: { name: 'one' } })).status).toBe(409);
    expect((await send('PATCH', `/groups/${id}`, { group: { name: 'two' } })).body.group.name).toBe('two');
    expect((await send('GET', '/groups?name=two&domain_id=default')).body.groups).toMatchObject([{ id }]);
    expect((await send('PUT', `/groups/${id}/users/nobody`)).status).toBe(404);
  });
});

describe('roles', () => {
  it('imply each other as administrators say, in tokens that exist too', async () => {
    const { token, project, user } = await newMember(used.api, 'implied');
    const operator = await made('/roles', { role: { name: 'operator' } });
    const rule = `/roles/${await roleId('member')}/implies/${operator.id}`;
    expect((await send('PUT', rule)).body.role_inference).toMatchObject({ prior_role: { name: 'member' }, implies: { name: 'operator' } });
    expect((await send('HEAD', rule)).status).toBe(204);
    expect(await rolesIn(token)).toEqual(['member', 'operator', 'reader']);
    const listed = (await send('GET', `/roles/${await roleId('member')}/implies`)).body.role_inference.implies;
    expect(listed.map(({ name }: { name: string }) => name).sort()).toEqual(['operator', 'reader']);
    expect((await send('GET', '/role_inferences')).body.role_inferences).toHaveLength(3);
    expect((await send('PUT', `/roles/${operator.id}/implies/${await roleId('admin')}`)).status).toBe(409);

    const effective = async (query: string) =>
      (await send('GET', `/role_assignments?effective&include_names&${query}`)).body.role_assignments.map(
        (row: { role: { name: string } }) => row.role.name,
      );
    expect((await effective(`user.id=${user}`)).sort()).toEqual(['member', 'operator', 'reader']);
    expect(await effective(`scope.project.id=${project}&role.id=${operator.id}`)).toEqual(['operator']);

    expect((await send('DELETE', rule)).status).toBe(204);
    expect(await rolesIn(token)).toEqual(['member', 'reader']);
    expect((await send('DELETE', rule)).status).toBe(404);
  });

  it('are renamed, and deleted with every assignment', async () => {
    const role = await made('/roles', { role: { name: 'temp' } });
    const { project, user } = await newMember(used.api, 'temporary');
    await send('PUT', `/projects/${project}/users/${user}/roles/${role.id}`);
    const token = used.api.tokenOf(await used.api.login({ id: user }, 'pw', { project: { id: project } }));
    expect((await send('PATCH', `/roles/${role.id}`, { role: { name: 'renamed' } })).body.role.name).toBe('renamed');
    expect(await rolesIn(token)).toEqual(['member', 'reader', 'renamed']);
    expect((await send('DELETE', `/roles/${role.id}`)).status).toBe(204);
    expect(await rolesIn(token)).toEqual(['member', 'reader']);
    expect((await send('GET', `/roles/${role.id}`)).status).toBe(404);
  });
});

describe('assignments', () => {
  it('are listed by user, group, role and target, with groups replaced by members when asked', async () => {
    const { user, project } = await newMember(used.api, 'listed');
    const group = await made('/groups', { group: { name: 'listed group' } });
    await send('PUT', `/groups/${group.id}/users/${user}`);
    await send('PUT', `/projects/${project}/groups/${group.id}/roles/${await roleId('manager')}`);
    const list = async (query: string) => (await send('GET', `/role_assignments?${query}`)).body.role_assignments;
    expect(await list(`scope.project.id=${project}&include_names=1`)).toMatchObject([
      { user: { name: 'listed', domain: { name: 'Default' } }, role: { name: 'member' } },
      { group: { name: 'listed group' }, role: { name: 'manager' }, scope: { project: { name: 'listed' } } },
    ]);
    expect(await list(`group.id=${group.id}`)).toHaveLength(1);
    const effective = await list(`scope.project.id=${project}&effective=1`);
    expect(effective.every((row: { user?: object }) => row.user)).toBe(true);
    expect(effective).toHaveLength(3);
    expect(await list(`role.id=${await roleId('manager')}&user.id=${user}`)).toEqual([]);
    expect((await send('GET', `/role_assignments?effective&group.id=${group.id}`)).status).toBe(400);
  });

  it('may be in the system, which a token may be scoped to', async () => {
    const { user } = await newMember(used.api, 'systemic');
    const grant = `/system/users/${user}/roles/${await roleId('reader')}`;
    expect((await used.api.login({ id: user }, 'pw', { system: { all: true } })).status).toBe(401);
    expect((await send('PUT', grant)).status).toBe(204);
    expect((await send('HEAD', grant)).status).toBe(204);
    const reply = await used.api.login({ id: user }, 'pw', { system: { all: true } });
    expect(reply.body.token).toMatchObject({ system: { all: true }, roles: [{ name: 'reader' }] });
    expect(reply.body.token.project).toBeUndefined();
    const token = used.api.tokenOf(reply);
    expect((await used.api.call('GET', '/v3/auth/system', { token })).body.system).toEqual([{ all: true }]);
    expect((await used.api.call('GET', '/v3/auth/catalog', { token })).status).toBe(200);
    const [row] = (await send('GET', `/role_assignments?scope.system=all&user.id=${user}`)).body.role_assignments;
    expect(row).toMatchObject({ scope: { system: { all: true } }, user: { id: user } });
    expect((await send('GET', `/system/users/${user}/roles`)).body.roles).toMatchObject([{ name: 'reader' }]);
    expect((await send('DELETE', grant)).status).toBe(204);
    expect(await isValid(token)).toBe(false);
    const admins = await used.api.login({ name: 'admin', domain: { id: 'default' } }, 'the admin password', { system: { all: true } });
    expect(admins.status).toBe(201);
  });
});

describe('the catalog', () => {
  it('has what administrators register beside what this cloud offers, and tokens show it', async () => {
    const service = await made('/services', { service: { type: 'dns', name: 'designate', description: 'names' } });
    const endpoint = { service_id: service.id, interface: 'public', url: 'http://dns/%(project_id)s', region: 'Elsewhere' };
    const first = await made('/endpoints', { endpoint });
    expect(first).toMatchObject({ region_id: 'Elsewhere', enabled: true });
    expect((await send('GET', '/regions/Elsewhere')).status).toBe(200);
    const { token, project } = await newMember(used.api, 'catalogued');
    const { catalog } = (await used.api.call('GET', '/v3/auth/catalog', { token })).body;
    expect(catalog.map(({ type }: { type: string }) => type)).toEqual(['image', 'dns']);
    expect(catalog[1].endpoints).toMatchObject([{ url: `http://dns/${project}`, region: 'Elsewhere' }]);
    expect((await send('PATCH', `/endpoints/${first.id}`, { endpoint: { enabled: false } })).body.endpoint.enabled).toBe(false);
    expect((await used.api.call('GET', '/v3/auth/catalog', { token })).body.catalog[1].endpoints).toEqual([]);
    expect((await send('DELETE', '/regions/Elsewhere')).status).toBe(403);
    expect((await send('PATCH', `/services/${service.id}`, { service: { name: 'other' } })).body.service.name).toBe('other');
    expect((await send('DELETE', `/services/${service.id}`)).status).toBe(204);
    expect((await send('GET', `/endpoints/${first.id}`)).status).toBe(404);
    expect((await send('DELETE', '/regions/Elsewhere')).status).toBe(204);
    expect((await send('POST', '/endpoints', { endpoint: { ...endpoint, service_id: 'none' } })).status).toBe(400);
    expect((await send('POST', '/endpoints', { endpoint: { ...endpoint, url: 'nonsense' } })).body.error.message).toContain('endpoint.url');
  });

  it('keeps this cloud’s own services as they are configured', async () => {
    const [own] = (await send('GET', '/services?type=image')).body.services;
    expect((await send('DELETE', `/services/${own.id}`)).body.error.message).toContain('configuration');
    const [endpoint] = (await send('GET', `/endpoints?service_id=${own.id}`)).body.endpoints;
    expect((await send('PATCH', `/endpoints/${endpoint.id}`, { endpoint: { enabled: false } })).status).toBe(403);
    expect((await send('DELETE', '/regions/RegionOne')).status).toBe(403);
    expect((await send('POST', '/regions', { region: { id: 'RegionOne' } })).status).toBe(409);
    expect((await send('PUT', '/regions/R2', { region: { parent_region_id: 'RegionOne' } })).status).toBe(201);
    expect((await send('PATCH', '/regions/R2', { region: { description: 'second' } })).body.region).toMatchObject({
      description: 'second',
      parent_region_id: 'RegionOne',
    });
    expect((await send('DELETE', '/regions/R2')).status).toBe(204);
  });
});

it('an auditor reads it all, but no secret, and changes nothing', async () => {
  const auditor = await newMember(used.api, 'auditor', 'auditor');
  const other = await newMember(used.api, 'audited');
  await send('POST', `/users/${other.user}/credentials/OS-EC2`, { tenant_id: other.project });
  const { token } = auditor;
  const open = ['users', 'projects', 'groups', 'domains', 'roles', 'role_assignments', 'services', 'endpoints', `users/${other.user}`];
  for (const path of open) expect([path, (await used.api.call('GET', `/v3/${path}`, { token })).status]).toEqual([path, 200]);
  expect((await used.api.call('GET', `/v3/users/${other.user}/credentials/OS-EC2`, { token })).status).toBe(403);
  expect((await used.api.call('GET', '/v3/credentials', { token })).body.credentials).toEqual([]);
  for (const path of ['users', 'projects', 'groups', 'domains', 'roles', 'services', 'endpoints', 'regions'])
    expect([path, (await used.api.call('POST', `/v3/${path}`, { token, json: {} })).status]).toEqual([path, 403]);
  expect((await used.api.call('DELETE', `/v3/users/${other.user}`, { token })).status).toBe(403);
});
