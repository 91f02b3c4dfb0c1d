import { describe, expect, it } from 'vitest';
import { EmbeddedIdentity } from '#identity';
import {
  ADMIN,
  ADMIN_PASSWORD,
  ADMIN_PROJECT,
  identityOptions,
  newMember,
  openDatabase,
  useIdentityApi,
} from './test/identity-api.fixture.js';

const used = useIdentityApi();

it('the migrations make what the entities say, and may run twice', async () => {
  const runner = used.database.source.createQueryRunner();
  for (const migration of used.database.source.migrations) await migration.up(runner);
  await runner.release();
  expect((await used.database.source.driver.createSchemaBuilder().log()).upQueries.map(({ query }) => query)).toEqual([]);
});

it('processes that start at once on an empty database make one domain, one admin and one key', async () => {
  const fresh = await openDatabase();
  const connections = await Promise.all([1, 2, 3, 4].map(() => fresh.connect()));
  const identities = await Promise.all(connections.map(connection => EmbeddedIdentity.start(identityOptions(connection))));
  expect((await identities[0]?.users.list())?.map(({ name }) => name)).toEqual(['admin']);
  expect((await identities[0]?.projects.list())?.map(({ name }) => name)).toEqual(['admin', 'service']);
  const issued = await identities[1]?.login.login({
    credentials: { password: { user: ADMIN, password: ADMIN_PASSWORD } },
    scope: ADMIN_PROJECT,
  });
  for (const identity of identities) expect((await identity.authenticateToken(issued?.token ?? '')).roleNames).toContain('admin');
  await Promise.all([...connections, fresh.source].map(connection => connection.destroy()));
  await fresh.drop();
});

describe('administration', () => {
  it('projects and users are made, found, changed and deleted', async () => {
    const { body } = await used.api.call('POST', '/v3/projects', {
      ...used.admin,
      json: { project: { name: 'lab', description: 'd', tags: ['x'] } },
    });
    expect(body.project).toMatchObject({
      name: 'lab',
      description: 'd',
      domain_id: 'default',
      parent_id: 'default',
      enabled: true,
      is_domain: false,
    });
    const path = `/v3/projects/${body.project.id}`;
    expect((await used.api.call('GET', '/v3/projects?name=lab&domain_id=default', used.admin)).body.projects).toEqual([body.project]);
    expect((await used.api.call('PATCH', path, { ...used.admin, json: { project: { description: 'e' } } })).body.project.description).toBe(
      'e',
    );
    expect((await used.api.call('DELETE', path, used.admin)).status).toBe(204);
    expect((await used.api.call('GET', path, used.admin)).status).toBe(404);

    const user = (
      await used.api.call('POST', '/v3/users', {
        ...used.admin,
        json: { user: { name: 'bob', password: 'pw', default_project_id: null, extra: 1 } },
      })
    ).body.user;
    expect((await used.api.call('GET', '/v3/users?name=bob', used.admin)).body.users).toEqual([user]);
    expect(JSON.stringify(user)).not.toMatch(/password_hash|passwordHash|scrypt/);
    expect(
      (await used.api.call('PATCH', `/v3/users/${user.id}`, { ...used.admin, json: { user: { email: 'b@c' } } })).body.user.email,
    ).toBe('b@c');
    expect((await used.api.call('DELETE', `/v3/users/${user.id}`, used.admin)).status).toBe(204);
  });

  it('names are taken once per domain', async () => {
    expect((await used.api.call('POST', '/v3/projects', { ...used.admin, json: { project: { name: 'admin' } } })).status).toBe(409);
    expect((await used.api.call('POST', '/v3/users', { ...used.admin, json: { user: { name: 'admin' } } })).status).toBe(409);
    expect((await used.api.call('POST', '/v3/roles', { ...used.admin, json: { role: { name: 'member' } } })).status).toBe(409);
  });

  it('what is wrong is told by field', async () => {
    const wrong: [string, object, string][] = [
      ['/v3/projects', { project: {} }, 'project.name'],
      ['/v3/projects', { project: { name: 'x', enabled: 'yes' } }, 'project.enabled'],
      ['/v3/users', { user: { name: '' } }, 'user.name'],
      ['/v3/users', {}, "'user'"],
      ['/v3/roles', { role: { name: 'x'.repeat(256) } }, 'role.name'],
    ];
    for (const [path, json, field] of wrong) {
      expect(await used.api.call('POST', path, { ...used.admin, json })).toMatchObject({
        status: 400,
        body: { error: { message: expect.stringContaining(field) } },
      });
    }
    expect(
      (await used.api.call('POST', '/v3/projects', { ...used.admin, json: { project: { name: 'x', domain_id: 'nowhere' } } })).status,
    ).toBe(404);
  });

  it('assignments are checked, listed with names and taken away once', async () => {
    const { user, project, grant } = await newMember(used.api, 'carol');
    expect((await used.api.call('HEAD', grant, used.admin)).status).toBe(204);
    const list = await used.api.call('GET', `/v3/role_assignments?user.id=${user}&include_names=True`, used.admin);
    expect(list.body.role_assignments).toMatchObject([
      { user: { name: 'carol' }, role: { name: 'member' }, scope: { project: { id: project, name: 'carol' } } },
    ]);
    expect(
      (await used.api.call('GET', `/v3/users/${user}/projects`, used.admin)).body.projects.map(({ id }: { id: string }) => id),
    ).toEqual([project]);
    expect((await used.api.call('DELETE', grant, used.admin)).status).toBe(204);
    expect((await used.api.call('DELETE', grant, used.admin)).status).toBe(404);
    expect((await used.api.call('PUT', grant.replace(user, 'nobody'), used.admin)).body.error.message).toBe('Could not find user: nobody.');
  });

  it('services, endpoints, regions and domains are read', async () => {
    const { services } = (await used.api.call('GET', '/v3/services?type=image', used.admin)).body;
    expect(services).toMatchObject([{ name: 'glance', type: 'image' }]);
    const { endpoints } = (await used.api.call('GET', `/v3/endpoints?service_id=${services[0].id}&interface=public`, used.admin)).body;
    expect(endpoints).toMatchObject([{ url: 'http://image', region: 'RegionOne' }]);
    expect((await used.api.call('GET', '/v3/regions', used.admin)).body.regions).toMatchObject([{ id: 'RegionOne' }]);
    expect((await used.api.call('GET', '/v3/domains?name=Default', used.admin)).body.domains).toMatchObject([{ id: 'default' }]);
  });

  it('a member sees itself and its project, and administers nothing', async () => {
    const { user, project, grant, token } = await newMember(used.api, 'dave');
    for (const path of [
      `/v3/users/${user}`,
      `/v3/projects/${project}`,
      `/v3/users/${user}/projects`,
      '/v3/auth/projects',
      '/v3/auth/domains',
      '/v3/regions',
    ]) {
      expect([path, (await used.api.call('GET', path, { token })).status]).toEqual([path, 200]);
    }
    const closed = [
      '/v3/users',
      '/v3/projects',
      '/v3/roles',
      '/v3/role_assignments',
      '/v3/services',
      '/v3/endpoints',
      '/v3/domains',
      grant,
    ];
    for (const path of closed) expect([path, (await used.api.call('GET', path, { token })).status]).toEqual([path, 403]);
    const changes: [string, string][] = [
      ['PUT', grant],
      ['DELETE', grant],
      ['DELETE', `/v3/users/${user}`],
      ['PATCH', `/v3/users/${user}`],
      ['POST', '/v3/users'],
      ['POST', '/v3/projects'],
      ['DELETE', `/v3/projects/${project}`],
    ];
    for (const [method, path] of changes)
      expect([method, path, (await used.api.call(method, path, { token, json: {} })).status]).toEqual([method, path, 403]);
  });

  it('a wrong old password changes nothing', async () => {
    const { user } = await newMember(used.api, 'erin');
    expect(
      (await used.api.call('POST', `/v3/users/${user}/password`, { json: { user: { password: 'new', original_password: 'bad' } } })).status,
    ).toBe(401);
    expect((await used.api.login({ id: user }, 'pw')).status).toBe(201);
  });
});
