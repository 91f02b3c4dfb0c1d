import { describe, expect, it } from 'vitest';
import { EmbeddedIdentity } from '#identity';
import { ADMIN, ADMIN_PASSWORD, ADMIN_PROJECT, DEFAULT, identityOptions, newMember, useIdentityApi } from './test/identity-api.fixture.js';

const used = useIdentityApi();

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
