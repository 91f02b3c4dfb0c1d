import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { newMember, useIdentityApi } from './test/identity-api.fixture.js';

const used = useIdentityApi();

const byCredential = (credential: object, more: object = {}) =>
  used.api.call('POST', '/v3/auth/tokens', {
    json: { auth: { identity: { methods: ['application_credential'], application_credential: credential }, ...more } },
  });

describe('an application credential', () => {
  type Member = Awaited<ReturnType<typeof newMember>>;
  const pathOf = ({ user }: Member) => `/v3/users/${user}/application_credentials`;
  const make = (member: Member, fields: object, token = member.token) =>
    used.api.call('POST', pathOf(member), { token, json: { application_credential: { name: 'robot', ...fields } } });

  it('logs its user in to its project, with its roles, by id or by name', async () => {
    const member = await newMember(used.api, 'owner', 'manager');
    const reply = await make(member, { roles: [{ name: 'reader' }], description: 'd' });
    expect(reply.status).toBe(201);
    const { id, secret } = reply.body.application_credential;
    expect(reply.body.application_credential).toMatchObject({
      project_id: member.project,
      unrestricted: false,
      expires_at: null,
      roles: [{ name: 'reader' }],
    });
    const login = await byCredential({ id, secret });
    expect(login.body.token).toMatchObject({
      methods: ['application_credential'],
      project: { id: member.project },
      roles: [{ name: 'reader' }],
      application_credential: { id, restricted: true },
    });
    expect((await byCredential({ name: 'robot', secret, user: { id: member.user } })).status).toBe(201);
    expect((await byCredential({ id, secret: 'wrong' })).status).toBe(401);
    expect((await byCredential({ id, secret }, { scope: { project: { id: member.project } } })).status).toBe(401);
    const shown = await used.api.call('GET', `${pathOf(member)}/${id}`, member);
    expect(shown.body.application_credential.secret).toBeUndefined();
    const rows = await used.database.source.query('SELECT * FROM identity_application_credentials');
    expect(JSON.stringify(rows)).not.toContain(secret);
    expect((await make(member, {})).status).toBe(409);
    const token = used.api.tokenOf(login);
    expect((await used.api.call('DELETE', `${pathOf(member)}/${id}`, member)).status).toBe(204);
    expect((await used.api.call('GET', '/v3/auth/catalog', { token })).status).toBe(401);
    expect((await byCredential({ id, secret })).status).toBe(401);
  });

  it('has no role that its maker had not, and none any more that the user lost', async () => {
    const member = await newMember(used.api, 'demoted');
    expect((await make(member, { roles: [{ name: 'admin' }] })).status).toBe(400);
    const { id, secret } = (await make(member, {})).body.application_credential;
    const token = used.api.tokenOf(await byCredential({ id, secret }));
    await used.api.call('DELETE', member.grant, used.admin);
    expect((await used.api.call('GET', '/v3/auth/catalog', { token })).status).toBe(401);
    await used.api.call('PUT', member.grant, used.admin);
    expect((await byCredential({ id, secret })).status).toBe(401);
  });

  it('makes no others unless it was made for that, and its token stays in its project', async () => {
    const member = await newMember(used.api, 'chained');
    const restricted = (await make(member, {})).body.application_credential;
    const token = used.api.tokenOf(await byCredential({ id: restricted.id, secret: restricted.secret }));
    expect((await make(member, { name: 'second' }, token)).status).toBe(403);
    expect((await used.api.call('DELETE', `${pathOf(member)}/${restricted.id}`, { token })).status).toBe(403);
    const open = (await make(member, { name: 'open', unrestricted: true })).body.application_credential;
    const openToken = used.api.tokenOf(await byCredential({ id: open.id, secret: open.secret }));
    expect((await make(member, { name: 'third' }, openToken)).status).toBe(201);

    const other = await newMember(used.api, 'elsewhere');
    await used.api.call('PUT', other.grant.replace(other.user, member.user), used.admin);
    const exchange = (scope?: object) =>
      used.api.call('POST', '/v3/auth/tokens', {
        json: { auth: { identity: { methods: ['token'], token: { id: token } }, ...(scope && { scope }) } },
      });
    expect((await exchange({ project: { id: other.project } })).status).toBe(401);
    expect((await exchange('unscoped' as unknown as object)).status).toBe(401);
    expect((await exchange()).body.token).toMatchObject({ project: { id: member.project }, application_credential: { restricted: true } });
  });

  it('expires, and its tokens with it', async () => {
    const member = await newMember(used.api, 'mortal');
    const soon = new Date(Date.now() + 60_000).toISOString().replace('Z', '');
    const { id, secret, expires_at } = (await make(member, { expires_at: `${soon}907` })).body.application_credential;
    expect(expires_at).toBe(`${soon}907`);
    const shown = await used.api.call('GET', `${pathOf(member)}/${id}`, member);
    expect(shown.body.application_credential.expires_at).toBe(`${soon}907`);
    const { token } = (await byCredential({ id, secret })).body;
    expect(Date.parse(token.expires_at)).toBe(Date.parse(`${soon}Z`));
    await used.database.source.query('UPDATE identity_application_credentials SET expires_at = ? WHERE id = ?', [Date.now() - 1, id]);
    expect((await byCredential({ id, secret })).status).toBe(401);
    expect((await make(member, { name: 'x', expires_at: 'soon' })).body.error.message).toContain('application_credential.expires_at');
  });

  it('with access rules is good for those calls only', async () => {
    const member = await newMember(used.api, 'ruled');
    const rules = [{ service: 'identity', method: 'GET', path: '/v3/auth/*' }];
    const { id, secret, access_rules } = (await make(member, { access_rules: rules })).body.application_credential;
    expect(access_rules).toMatchObject(rules);
    const token = used.api.tokenOf(await byCredential({ id, secret }));
    expect((await used.api.call('GET', '/v3/auth/projects', { token })).status).toBe(200);
    expect((await used.api.call('GET', `/v3/users/${member.user}`, { token })).status).toBe(403);
    const listed = (await used.api.call('GET', `/v3/users/${member.user}/access_rules`, member)).body.access_rules;
    expect(listed).toMatchObject(rules);
    expect((await used.api.call('GET', `/v3/users/${member.user}/access_rules/${listed[0].id}`, member)).status).toBe(200);
  });

  it('shares access rules with the others of its user, which stay until they are deleted', async () => {
    const member = await newMember(used.api, 'sharing');
    const rules = `/v3/users/${member.user}/access_rules`;
    const [reads, writes] = ['GET', 'POST'].map(method => ({ service: 'compute', method, path: '/v2.1/servers' }));
    const both = await Promise.all(['one', 'two'].map(name => make(member, { name, access_rules: [reads, writes] })));
    const [one, two] = both.map(reply => reply.body.application_credential);
    expect(two.access_rules).toEqual(one.access_rules);
    const [id] = one.access_rules.map((rule: { id: string }) => rule.id);
    const third = (await make(member, { name: 'three', access_rules: [{ id }] })).body.application_credential;
    expect(third.access_rules).toEqual([{ id, ...reads }]);
    const found = (await used.api.call('GET', `${rules}?method=GET&service=compute`, member)).body.access_rules;
    expect(found).toEqual([{ id, ...reads, links: { self: expect.stringContaining(`${rules}/${id}`) } }]);

    expect((await used.api.call('DELETE', `${rules}/${id}`, member)).body.error.message).toContain('in use');
    for (const credential of [one, two, third]) await used.api.call('DELETE', `${pathOf(member)}/${credential.id}`, member);
    expect((await used.api.call('GET', rules, member)).body.access_rules).toHaveLength(2);
    expect((await used.api.call('DELETE', `${rules}/${id}`, await newMember(used.api, 'grabbing'))).status).toBe(403);
    expect((await used.api.call('DELETE', `${rules}/${id}`, member)).status).toBe(204);
    expect((await used.api.call('GET', `${rules}/${id}`, member)).status).toBe(404);
    expect((await make(member, { name: 'four', access_rules: [{ id }] })).status).toBe(404);
    const half = await make(member, { name: 'five', access_rules: [{ id, path: '/v2.1' }] });
    expect([half.status, half.body.error.message]).toEqual([400, expect.stringContaining('access_rules.0.service')]);
  });

  it('made before access rules were its user’s has them among these after the upgrade', async () => {
    const member = await newMember(used.api, 'upgraded');
    await make(member, { access_rules: [{ service: 'compute', method: 'GET', path: '/v2.1/**' }] });
    const rules = () => used.api.call('GET', `/v3/users/${member.user}/access_rules`, member);
    const before = (await rules()).body.access_rules;
    await used.database.source.query('DELETE FROM identity_access_rules WHERE user_id = ?', [member.user]);
    const runner = used.database.source.createQueryRunner();
    for (const migration of used.database.source.migrations) await migration.up(runner);
    await runner.release();
    expect((await rules()).body.access_rules).toEqual(before);
    expect(before).toHaveLength(1);
  });

  it('is nobody else’s to see or make, and is made in a project only', async () => {
    const member = await newMember(used.api, 'private');
    const other = await newMember(used.api, 'nosy');
    expect((await used.api.call('GET', pathOf(member), other)).status).toBe(403);
    expect((await make(member, {}, used.api.adminToken)).status).toBe(403);
    const unscoped = used.api.tokenOf(await used.api.login({ id: member.user }, 'pw', 'unscoped'));
    expect((await make(member, {}, unscoped)).status).toBe(400);
  });
});

describe('EC2 credentials', () => {
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  /** A request as an EC2 client signs it today, told as an EC2 service tells it. */
  const signed = (access: string, secret: string, at = new Date()) => {
    const date = `${at.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
    const body = 'Action=DescribeInstances&Version=2016-11-15';
    const scope = [date.slice(0, 8), 'RegionOne', 'ec2', 'aws4_request'];
    const canonical = ['POST', '/', '', `host:cloud:8788\nx-amz-date:${date}\n`, 'host;x-amz-date', hash(body)].join('\n');
    const key = scope.reduce<Buffer>((signing, word) => createHmac('sha256', signing).update(word).digest(), Buffer.from(`AWS4${secret}`));
    const signature = createHmac('sha256', key)
      .update(['AWS4-HMAC-SHA256', date, scope.join('/'), hash(canonical)].join('\n'))
      .digest('hex');
    const authorization = `AWS4-HMAC-SHA256 Credential=${access}/${scope.join('/')}, SignedHeaders=host;x-amz-date, Signature=${signature}`;
    return {
      access,
      signature,
      host: 'cloud:8788',
      verb: 'POST',
      path: '/',
      params: { Action: 'DescribeInstances', Version: '2016-11-15' },
      headers: { 'X-Amz-Date': date, Authorization: authorization },
      body_hash: hash(body),
    };
  };
  const check = (credentials: object, token = used.api.adminToken) =>
    used.api.call('POST', '/v3/ec2tokens', { token, json: { credentials } });

  it('are made for a project, shown, and deleted, by their user and by administrators', async () => {
    const member = await newMember(used.api, 'ec2');
    const path = `/v3/users/${member.user}/credentials/OS-EC2`;
    const { credential } = (await used.api.call('POST', path, { ...member, json: { tenant_id: member.project } })).body;
    expect(credential).toMatchObject({
      user_id: member.user,
      tenant_id: member.project,
      access: expect.any(String),
      secret: expect.any(String),
    });
    expect((await used.api.call('GET', path, member)).body.credentials).toEqual([credential]);
    expect((await used.api.call('GET', `${path}/${credential.access}`, used.admin)).body.credential).toEqual(credential);
    const nosy = await newMember(used.api, 'ec2 nosy');
    expect((await used.api.call('GET', path, nosy)).status).toBe(403);
    expect((await used.api.call('GET', `/v3/users/${nosy.user}/credentials/OS-EC2/${credential.access}`, nosy)).status).toBe(404);
    const { credentials } = (await used.api.call('GET', '/v3/credentials?type=ec2', member)).body;
    expect(credentials).toMatchObject([{ id: hash(credential.access), type: 'ec2' }]);
    expect((await used.api.call('DELETE', `${path}/${credential.access}`, member)).status).toBe(204);
    expect((await used.api.call('GET', `${path}/${credential.access}`, member)).status).toBe(404);
  });

  it('sign requests, and the signature gives a service a token of their user', async () => {
    const member = await newMember(used.api, 'signer');
    const path = `/v3/users/${member.user}/credentials/OS-EC2`;
    const { access, secret } = (await used.api.call('POST', path, { ...member, json: { tenant_id: member.project } })).body.credential;
    const reply = await check(signed(access, secret));
    expect([reply.status, reply.body.token.user.name, reply.body.token.project.id]).toEqual([200, 'signer', member.project]);
    expect((await used.api.call('GET', '/v3/auth/catalog', { token: used.api.tokenOf(reply) })).status).toBe(200);
    expect((await check(signed(access, 'another secret'))).status).toBe(401);
    expect((await check(signed('unknown', secret))).status).toBe(401);
    expect((await check({ ...signed(access, secret), path: '/other' })).status).toBe(401);
    expect((await check(signed(access, secret, new Date(Date.now() - 3_600_000)))).status).toBe(401);
    expect((await check(signed(access, secret), member.token)).status).toBe(403);
    expect((await used.api.call('POST', '/v3/ec2tokens', { json: { credentials: signed(access, secret) } })).status).toBe(401);
    await used.api.call('DELETE', member.grant, used.admin);
    expect((await check(signed(access, secret))).status).toBe(401);
  });
});

it('other secrets are kept too', async () => {
  const member = await newMember(used.api, 'keeper');
  const { credential } = (
    await used.api.call('POST', '/v3/credentials', { ...member, json: { credential: { type: 'cert', blob: 'PEM' } } })
  ).body;
  expect(credential).toMatchObject({ user_id: member.user, type: 'cert', blob: 'PEM', project_id: null });
  const path = `/v3/credentials/${credential.id}`;
  expect((await used.api.call('PATCH', path, { ...member, json: { credential: { blob: 'new' } } })).body.credential.blob).toBe('new');
  const wrong = await used.api.call('POST', '/v3/credentials', { ...member, json: { credential: { type: 'ec2', blob: 'x' } } });
  expect([wrong.status, wrong.body.error.message]).toEqual([400, expect.stringContaining('credential.blob')]);
  expect((await used.api.call('DELETE', path, member)).status).toBe(204);
  expect((await used.api.call('GET', path, member)).status).toBe(404);
});
