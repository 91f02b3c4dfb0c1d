import { describe, expect, it } from 'vitest';
import { EmbeddedIdentity } from '#identity';
import { ADMIN_PASSWORD, identityOptions, newMember, openDatabase, useIdentityApi } from './test/identity-api.fixture.js';

const used = useIdentityApi();

const DEFAULT = { id: 'default' };
const ADMIN = { name: 'admin', domain: DEFAULT };
const ADMIN_PROJECT = { project: { name: 'admin', domain: DEFAULT } };

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

describe('tokens', () => {
  it('versions are told without one', async () => {
    expect(await used.api.call('GET', '/')).toMatchObject({
      status: 300,
      body: { versions: { values: [{ id: 'v3.14', status: 'stable' }] } },
    });
    expect(await used.api.call('GET', '/v3/')).toMatchObject({
      status: 200,
      body: { version: { links: [{ rel: 'self', href: `${used.api.url}/v3/` }] } },
    });
  });

  it('a password gives one with user, project, implied roles and catalog', async () => {
    const { status, body, headers } = await used.api.login(ADMIN, ADMIN_PASSWORD, ADMIN_PROJECT);
    expect([status, headers.get('vary')]).toEqual([201, 'X-Auth-Token']);
    expect(body.token).toMatchObject({
      methods: ['password'],
      user: { name: 'admin', domain: { id: 'default', name: 'Default' }, password_expires_at: null },
      project: { name: 'admin' },
    });
    expect(body.token.roles.map(({ name }: { name: string }) => name).sort()).toEqual(['admin', 'manager', 'member', 'reader']);
    expect(body.token.catalog[0].endpoints.map(({ interface: kind }: { interface: string }) => kind)).toEqual([
      'public',
      'internal',
      'admin',
    ]);
    expect(Date.parse(body.token.expires_at) - Date.parse(body.token.issued_at)).toBe(12 * 3600 * 1000);
    expect(body.token.issued_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  });

  it('it may be scoped to a domain or to nothing, and without words to the default project', async () => {
    expect((await used.api.login(ADMIN, ADMIN_PASSWORD, { domain: { name: 'Default' } })).body.token).toMatchObject({ domain: DEFAULT });
    const unscoped = (await used.api.login(ADMIN, ADMIN_PASSWORD, 'unscoped')).body.token;
    expect([unscoped.project, unscoped.roles, unscoped.catalog]).toEqual([undefined, undefined, undefined]);
    expect((await used.api.login(ADMIN, ADMIN_PASSWORD)).body.token.project.name).toBe('admin');
  });

  it('a token gives another one, which ends with it', async () => {
    const first = await used.api.login(ADMIN, ADMIN_PASSWORD, 'unscoped');
    const auth = { identity: { methods: ['token'], token: { id: used.api.tokenOf(first) } }, scope: ADMIN_PROJECT };
    const second = await used.api.call('POST', '/v3/auth/tokens', { json: { auth } });
    expect(second.body.token).toMatchObject({
      methods: ['password', 'token'],
      project: { name: 'admin' },
      expires_at: first.body.token.expires_at,
    });
    expect(second.body.token.audit_ids[1]).toBe(first.body.token.audit_ids[0]);
  });

  it('every reason to refuse a login is answered alike', async () => {
    const { user, project } = await newMember(used.api, 'somebody');
    const refused = [
      await used.api.login(ADMIN, 'wrong', ADMIN_PROJECT),
      await used.api.login({ name: 'nobody', domain: DEFAULT }, 'x'),
      await used.api.login({ id: 'nobody' }, 'x'),
      await used.api.login({ name: 'admin', domain: { name: 'nowhere' } }, ADMIN_PASSWORD),
      await used.api.login({ id: user }, 'pw', ADMIN_PROJECT),
      await used.api.login({ id: user }, 'pw', { project: { id: 'nowhere' } }),
      await used.api.login({ id: user }, 'pw', { project: { name: 'x', domain: { id: 'nowhere' } } }),
      await used.api.call('POST', '/v3/auth/tokens', { json: { auth: { identity: { methods: ['token'], token: { id: 'c1.x.y' } } } } }),
    ];
    for (const { status, body } of refused)
      expect([status, body.error.message]).toEqual([401, 'The request you have made requires authentication.']);
    expect((await used.api.login({ id: user }, 'pw', { project: { id: project } })).status).toBe(201);
  });

  it('a body that is wrong is told by field', async () => {
    const send = async (auth: unknown) => (await used.api.call('POST', '/v3/auth/tokens', { json: { auth } })).body.error;
    expect(await send({})).toMatchObject({ code: 400, message: expect.stringContaining("'auth.identity'") });
    expect(await send({ identity: { methods: ['totp'] } })).toMatchObject({ code: 400, message: expect.stringContaining('totp') });
    expect(await send({ identity: { methods: ['password'] } })).toMatchObject({
      code: 400,
      message: expect.stringContaining("'auth.identity.password'"),
    });
    const user = { name: 'admin', password: 'x' };
    expect(await send({ identity: { methods: ['password'], password: { user } } })).toMatchObject({
      code: 400,
      message: expect.stringContaining('user'),
    });
  });

  it('one is validated for its owner and for administrators, with HEAD too, and nocatalog leaves the catalog out', async () => {
    const { token } = await newMember(used.api, 'owner');
    const shown = await used.api.call('GET', '/v3/auth/tokens', { ...used.admin, subject: token });
    expect([shown.status, shown.headers.get('x-subject-token'), shown.body.token.user.name]).toEqual([200, token, 'owner']);
    expect((await used.api.call('HEAD', '/v3/auth/tokens', { token, subject: token })).status).toBe(200);
    expect((await used.api.call('GET', '/v3/auth/tokens?nocatalog', { token, subject: token })).body.token.catalog).toBeUndefined();
    expect((await used.api.call('GET', '/v3/auth/tokens', { token, subject: used.api.adminToken })).status).toBe(403);
    expect((await used.api.call('GET', '/v3/auth/tokens', { ...used.admin, subject: `${token}x` })).status).toBe(404);
    expect((await used.api.call('GET', '/v3/auth/tokens', used.admin)).status).toBe(400);
  });
});

describe('a token is dead in every process when the answer comes', () => {
  type Member = Awaited<ReturnType<typeof newMember>>;
  const deaths: [string, (member: Member) => Promise<{ status: number }>][] = [
    ['revoked', ({ token }) => used.api.call('DELETE', '/v3/auth/tokens', { token, subject: token })],
    ['its user deleted', ({ user }) => used.api.call('DELETE', `/v3/users/${user}`, used.admin)],
    ['its user disabled', ({ user }) => used.api.call('PATCH', `/v3/users/${user}`, { ...used.admin, json: { user: { enabled: false } } })],
    ['its password set', ({ user }) => used.api.call('PATCH', `/v3/users/${user}`, { ...used.admin, json: { user: { password: 'new' } } })],
    [
      'its password changed',
      ({ user }) => used.api.call('POST', `/v3/users/${user}/password`, { json: { user: { password: 'new', original_password: 'pw' } } }),
    ],
    ['its project deleted', ({ project }) => used.api.call('DELETE', `/v3/projects/${project}`, used.admin)],
    [
      'its project disabled',
      ({ project }) => used.api.call('PATCH', `/v3/projects/${project}`, { ...used.admin, json: { project: { enabled: false } } }),
    ],
    ['its role taken away', ({ grant }) => used.api.call('DELETE', grant, used.admin)],
  ];

  it.each(deaths)('%s', async (name, kill) => {
    const member = await newMember(used.api, `victim: ${name}`);
    const elsewhere = await EmbeddedIdentity.start(identityOptions(used.database.source));
    // The other process is asked all the time, so that its memory of the token is as young as can be when the change commits.
    let answered = false;
    const asking = (async () => {
      for (; !answered; await new Promise(setImmediate)) await elsewhere.authenticateToken(member.token).catch(() => undefined);
    })();
    expect((await elsewhere.authenticateToken(member.token)).user.id).toBe(member.user);
    const { status } = await kill(member);
    const after = elsewhere.authenticateToken(member.token);
    answered = true;
    await expect(after).rejects.toMatchObject({ kind: 'unauthenticated' });
    await asking;
    expect([200, 204]).toContain(status);
    expect((await used.api.call('GET', '/v3/auth/catalog', { token: member.token })).status).toBe(401);
  });

  it('and does not come back when the user is enabled again or the role given back', async () => {
    const { user, grant, token } = await newMember(used.api, 'lazarus');
    await used.api.call('PATCH', `/v3/users/${user}`, { ...used.admin, json: { user: { enabled: false } } });
    await used.api.call('PATCH', `/v3/users/${user}`, { ...used.admin, json: { user: { enabled: true } } });
    expect((await used.api.call('GET', '/v3/auth/catalog', { token })).status).toBe(401);
    const { project } = { project: grant.split('/')[3] };
    const second = used.api.tokenOf(await used.api.login({ id: user }, 'pw', { project: { id: project } }));
    expect((await used.api.call('GET', '/v3/auth/catalog', { token: second })).status).toBe(200);
    await used.api.call('DELETE', grant, used.admin);
    await used.api.call('PUT', grant, used.admin);
    expect((await used.api.call('GET', '/v3/auth/catalog', { token: second })).status).toBe(401);
  });

  it('a role that is added shows in tokens that exist', async () => {
    const { user, project, token } = await newMember(used.api, 'promoted');
    const [manager] = await used.api.identity.roles.list({ name: 'manager' });
    await used.api.call('PUT', `/v3/projects/${project}/users/${user}/roles/${manager?.id}`, used.admin);
    const elsewhere = await EmbeddedIdentity.start(identityOptions(used.database.source));
    expect([...(await elsewhere.authenticateToken(token)).roleNames].sort()).toEqual(['manager', 'member', 'reader']);
  });
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
