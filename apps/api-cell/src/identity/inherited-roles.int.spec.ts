import { beforeAll, describe, expect, it } from 'vitest';
import { newMember, useIdentityApi } from './test/identity-api.fixture.js';

const used = useIdentityApi();

const send = async (method: string, path: string, json?: object) => used.api.call(method, `/v3${path}`, { ...used.admin, json });
const made = async (path: string, json: object) => (Object.values((await send('POST', path, json)).body)[0] as { id: string }).id;
const roleId = async (name: string) => (await used.api.identity.roles.list({ name }))[0]?.id ?? '';
const isValid = async (token: string) => (await used.api.call('GET', '/v3/auth/tokens', { token, subject: token })).status === 200;
const login = (user: string, scope: object) => used.api.login({ id: user }, 'pw', scope);
const names = (rows: { name: string }[]) => rows.map(({ name }) => name).sort();
const rolesAt = async (user: string, scope: object) => {
  const { status, body } = await login(user, scope);
  return status === 201 ? names(body.token.roles) : status;
};

/** A domain with the projects top, low (below top) and beside (another of the domain). */
const tree = { domain: '', top: '', low: '', beside: '' };
let member = '';

beforeAll(async () => {
  tree.domain = await made('/domains', { domain: { name: 'tree' } });
  const project = (name: string, parent_id: string) => made('/projects', { project: { name, domain_id: tree.domain, parent_id } });
  tree.top = await project('top', tree.domain);
  tree.low = await project('low', tree.top);
  tree.beside = await project('beside', tree.domain);
  member = await roleId('member');
});

/** A user without any role. */
const stranger = (name: string) => made('/users', { user: { name, password: 'pw', domain_id: tree.domain } });
const inheritedBy = (target: string, actor: string, role = member) => `/OS-INHERIT/${target}/${actor}/roles/${role}/inherited_to_projects`;

describe('a role that projects inherit', () => {
  it('from a domain is had in all of its projects and not in the domain', async () => {
    const user = await stranger('of the domain');
    const grant = inheritedBy(`domains/${tree.domain}`, `users/${user}`);
    expect((await send('HEAD', grant)).status).toBe(404);
    for (const _ of [1, 2]) expect((await send('PUT', grant)).status).toBe(204);
    expect((await send('HEAD', grant)).status).toBe(204);
    expect((await send('GET', grant)).status).toBe(204);
    const list = await send('GET', `/OS-INHERIT/domains/${tree.domain}/users/${user}/roles/inherited_to_projects`);
    expect(list.body).toMatchObject({
      roles: [{ name: 'member' }],
      links: { self: expect.stringMatching(/OS-INHERIT.*inherited_to_projects$/) },
    });
    expect((await send('HEAD', `/domains/${tree.domain}/users/${user}/roles/${member}`)).status).toBe(404);
    expect((await send('GET', `/domains/${tree.domain}/users/${user}/roles`)).body.roles).toEqual([]);

    for (const id of [tree.top, tree.low, tree.beside]) expect(await rolesAt(user, { project: { id } })).toEqual(['member', 'reader']);
    expect(await rolesAt(user, { domain: { id: tree.domain } })).toBe(401);
    const token = used.api.tokenOf(await login(user, { project: { id: tree.low } }));
    for (const path of ['/v3/auth/projects', `/v3/users/${user}/projects`])
      expect(names((await used.api.call('GET', path, { token })).body.projects)).toEqual(['beside', 'low', 'top']);
    expect((await used.api.call('GET', '/v3/auth/domains', { token })).body.domains).toEqual([]);
  });

  it('from a project is had below it, and in it when it is given there too', async () => {
    const user = await stranger('of a project');
    await send('PUT', inheritedBy(`projects/${tree.top}`, `users/${user}`));
    expect(await rolesAt(user, { project: { id: tree.low } })).toEqual(['member', 'reader']);
    for (const id of [tree.top, tree.beside]) expect(await rolesAt(user, { project: { id } })).toBe(401);
    await send('PUT', `/projects/${tree.top}/users/${user}/roles/${await roleId('reader')}`);
    expect(await rolesAt(user, { project: { id: tree.top } })).toEqual(['reader']);
  });

  it('is in a project that is made later, and counts in the Identity API as any other', async () => {
    const user = await stranger('early');
    await send('PUT', inheritedBy(`domains/${tree.domain}`, `users/${user}`, await roleId('admin')));
    const id = await made('/projects', { project: { name: 'later', domain_id: tree.domain, parent_id: tree.top } });
    const token = used.api.tokenOf(await login(user, { project: { id } }));
    expect((await used.api.call('GET', '/v3/users', { token })).status).toBe(200);
    expect((await send('DELETE', `/projects/${id}`)).status).toBe(204);
  });

  it.each([
    ['a domain', () => `domains/${tree.domain}`],
    ['a project', () => `projects/${tree.top}`],
  ])('when it is taken back from %s ends every token below, for good, with the application credentials', async (from, target) => {
    const user = await stranger(`ended by ${from}`);
    const grant = inheritedBy(target(), `users/${user}`);
    await send('PUT', grant);
    // What is had otherwise does not keep the token: what may be done with it has become less.
    await send('PUT', `/projects/${tree.low}/users/${user}/roles/${await roleId('reader')}`);
    const token = used.api.tokenOf(await login(user, { project: { id: tree.low } }));
    const application_credential = { name: 'robot' };
    const credentials = `/v3/users/${user}/application_credentials`;
    expect((await used.api.call('POST', credentials, { token, json: { application_credential } })).status).toBe(201);

    expect((await send('DELETE', grant)).status).toBe(204);
    expect(await isValid(token)).toBe(false);
    expect((await send('DELETE', grant)).status).toBe(404);
    await send('PUT', grant);
    expect(await isValid(token)).toBe(false);
    expect(await rolesAt(user, { project: { id: tree.low } })).toEqual(['member', 'reader']);
    expect(await used.api.identity.applicationCredentials.list(user)).toEqual([]);
  });

  it('leaves tokens elsewhere alone when it is taken back', async () => {
    const user = await stranger('elsewhere');
    const grant = inheritedBy(`projects/${tree.top}`, `users/${user}`);
    await send('PUT', grant);
    await send('PUT', `/projects/${tree.top}/users/${user}/roles/${member}`);
    const token = used.api.tokenOf(await login(user, { project: { id: tree.top } }));
    expect((await send('DELETE', grant)).status).toBe(204);
    expect(await isValid(token)).toBe(true);
  });

  it('of a group is had by its members while they are in it and while it is given', async () => {
    const user = await stranger('grouped');
    const group = await made('/groups', { group: { name: 'heirs', domain_id: tree.domain } });
    const enter = () => send('PUT', `/groups/${group}/users/${user}`);
    await enter();
    const grant = inheritedBy(`projects/${tree.top}`, `groups/${group}`);
    await send('PUT', grant);
    const token = async () => used.api.tokenOf(await login(user, { project: { id: tree.low } }));
    const [first, mine] = [await token(), await used.api.identity.projects.list({ userId: user })];
    expect(names(mine)).toEqual(['low']);
    expect((await send('DELETE', `/groups/${group}/users/${user}`)).status).toBe(204);
    await enter();
    expect(await isValid(first)).toBe(false);
    const second = await token();
    expect((await send('DELETE', grant)).status).toBe(204);
    await send('PUT', grant);
    expect(await isValid(second)).toBe(false);
    const third = await token();
    expect((await send('DELETE', `/groups/${group}`)).status).toBe(204);
    expect(await isValid(third)).toBe(false);
  });

  it('is refused by name, and to those who do not administer', async () => {
    const { token, user } = await newMember(used.api, 'nobody special');
    const grant = inheritedBy(`domains/${tree.domain}`, `users/${user}`);
    for (const method of ['PUT', 'DELETE', 'GET']) expect((await used.api.call(method, `/v3${grant}`, { token })).status).toBe(403);
    expect((await send('PUT', inheritedBy('domains/nowhere', `users/${user}`))).body.error.message).toBe('Could not find domain: nowhere.');
    expect((await send('PUT', inheritedBy(`things/${tree.domain}`, `users/${user}`))).status).toBe(404);
    const alien = await made('/roles', { role: { name: 'alien', domain_id: 'default' } });
    expect((await send('PUT', inheritedBy(`projects/${tree.top}`, `users/${user}`, alien))).status).toBe(403);
  });
});

describe('role_assignments', () => {
  let user = '';
  const list = async (query: string) => (await send('GET', `/role_assignments?user.id=${user}&${query}`)).body.role_assignments;
  const scopes = (rows: { scope: { project?: { id: string } } }[]) => rows.map(row => row.scope.project?.id).sort();
  const inherited = 'scope.OS-INHERIT:inherited_to';

  beforeAll(async () => {
    user = await stranger('listed');
    await send('PUT', inheritedBy(`domains/${tree.domain}`, `users/${user}`, await roleId('reader')));
    await send('PUT', `/projects/${tree.low}/users/${user}/roles/${await roleId('reader')}`);
  });

  it('tell what was given, and filter what is inherited', async () => {
    const [given, direct] = await Promise.all([list(`${inherited}=projects&include_names`), list(`${inherited}=nothing`)]);
    const self = `/v3/OS-INHERIT/domains/${tree.domain}/users/${user}/roles/${await roleId('reader')}/inherited_to_projects`;
    expect(given).toEqual([
      {
        role: { id: await roleId('reader'), name: 'reader' },
        user: { id: user, name: 'listed', domain: { id: tree.domain, name: 'tree' } },
        scope: { domain: { id: tree.domain, name: 'tree' }, 'OS-INHERIT:inherited_to': 'projects' },
        links: { assignment: used.api.url + self },
      },
    ]);
    expect(direct).toEqual([expect.objectContaining({ scope: { project: { id: tree.low } } })]);
    expect(await list('')).toHaveLength(2);
  });

  it('tell in effect where it is had, each with the assignment that it comes of', async () => {
    const effective = await list('effective');
    expect(scopes(effective)).toEqual([tree.top, tree.low, tree.low, tree.beside].sort());
    expect(scopes(await list(`effective&${inherited}=projects`))).toEqual([tree.top, tree.low, tree.beside].sort());
    const [row] = await list(`effective&scope.project.id=${tree.top}`);
    expect(row.scope).toEqual({ project: { id: tree.top }, 'OS-INHERIT:inherited_to': 'projects' });
    expect(row.links.assignment).toContain(`/OS-INHERIT/domains/${tree.domain}/users/${user}/`);
    expect(await list(`effective&scope.domain.id=${tree.domain}`)).toEqual([]);
  });

  it('tell of a role that came by a group, and is implied, which assignment and membership that is', async () => {
    const one = await stranger('a member');
    const group = await made('/groups', { group: { name: 'told', domain_id: tree.domain } });
    await send('PUT', `/groups/${group}/users/${one}`);
    const grant = inheritedBy(`projects/${tree.top}`, `groups/${group}`);
    await send('PUT', grant);
    const { role_assignments: rows } = (await send('GET', `/role_assignments?effective&include_names&user.id=${one}`)).body;
    expect(names(rows.map((row: { role: { name: string } }) => row.role))).toEqual(['member', 'reader']);
    const v3 = `${used.api.url}/v3`;
    for (const { links } of rows) expect(links).toEqual({ assignment: v3 + grant, membership: `${v3}/groups/${group}/users/${one}` });
  });

  it('of a whole tree are told with include_subtree', async () => {
    expect(scopes(await list(`scope.project.id=${tree.top}&include_subtree=True`))).toEqual([tree.low]);
    expect(await list(`scope.project.id=${tree.top}`)).toEqual([]);
    const effective = await list(`effective&scope.project.id=${tree.top}&include_subtree`);
    expect(scopes(effective)).toEqual([tree.top, tree.low, tree.low].sort());
  });

  it('refuse what could only be empty, or names no tree', async () => {
    for (const [query, field] of [
      ['include_subtree', 'scope.project.id'],
      ['scope.project.id=a&scope.domain.id=b', 'scope.domain.id'],
      ['user.id=a&group.id=b', 'group.id'],
      [`effective&${inherited}=projects&scope.domain.id=${tree.domain}`, 'scope.domain.id'],
    ])
      expect((await send('GET', `/role_assignments?${query}`)).body.error).toMatchObject({
        code: 400,
        message: expect.stringContaining(field ?? ''),
      });
  });
});
