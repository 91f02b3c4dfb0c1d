import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ComputeApiFixture, computeApiFixture, OTHER_PROJECT } from './compute-api.fixture.js';

const PATH = '/v2.1/os-keypairs';
const ED25519 = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl';

let api: ComputeApiFixture;
beforeAll(async () => {
  api = await computeApiFixture();
});
afterAll(() => api?.stop());

describe('key pairs', () => {
  it('are generated, imported, used and deleted', async () => {
    const generated = await api.ask('POST', '/v2.1/os-keypairs', { body: { keypair: { name: 'gen' } } });
    expect(generated.status).toBe(200);
    expect(generated.json.keypair.private_key).toMatch(/^-----BEGIN RSA PRIVATE KEY-----/);
    const imported = await api.ask('POST', '/v2.1/os-keypairs', {
      version: '2.92',
      body: { keypair: { name: 'a@b.c', public_key: generated.json.keypair.public_key } },
    });
    expect([imported.status, imported.json.keypair.fingerprint]).toEqual([201, generated.json.keypair.fingerprint]);
    await api.boot({ key_name: 'gen' });
    expect(api.gateway.created.at(-1)?.spec.publicKey).toBe(generated.json.keypair.public_key);
    expect((await api.ask('GET', '/v2.1/os-keypairs')).json.keypairs.map((one: { keypair: { name: string } }) => one.keypair.name)).toEqual(
      ['a@b.c', 'gen'],
    );
    expect((await api.ask('GET', '/v2.1/os-keypairs/gen')).json.keypair).toMatchObject({
      user_id: 'alice',
      deleted: false,
      id: expect.any(Number),
    });
    expect((await api.ask('DELETE', '/v2.1/os-keypairs/gen')).status).toBe(202);
    expect((await api.ask('DELETE', '/v2.1/os-keypairs/gen', { version: '2.2' })).status).toBe(404);
  });

  it('refuse rubbish, a second of the same name, and one too many', async () => {
    const make = (keypair: object, version = '2.1') => api.ask('POST', '/v2.1/os-keypairs', { token: 'other', version, body: { keypair } });
    expect((await make({ name: 'bad', public_key: 'ssh-rsa AAAA' })).json.badRequest.message).toBe(
      'Keypair data is invalid: failed to generate fingerprint',
    );
    expect((await make({ name: 'a@b', public_key: 'x' })).status).toBe(400);
    expect((await make({ name: 'needs' }, '2.92')).json.badRequest.message).toContain("'public_key' is a required property");
    const { public_key } = (await make({ name: 'first' })).json.keypair;
    expect((await make({ name: 'first', public_key })).json.conflictingRequest.message).toBe("Key pair 'first' already exists.");
    await api.ask('PUT', `/v2.1/os-quota-sets/${OTHER_PROJECT}`, { token: 'admin', body: { quota_set: { key_pairs: 3 } } });
    const replies = await Promise.all(['b', 'c', 'd', 'e', 'f'].map(name => make({ name, public_key })));
    expect(replies.map(reply => reply.status).sort()).toEqual([200, 200, 403, 403, 403]);
  });

  it('of type x509 are made of a certificate, or get one', async () => {
    const make = (keypair: object) => api.ask('POST', PATH, { version: '2.2', body: { keypair: { type: 'x509', ...keypair } } });
    const made = await make({ name: 'windows' });
    expect([made.status, made.json.keypair]).toEqual([
      201,
      {
        name: 'windows',
        type: 'x509',
        user_id: 'alice',
        fingerprint: expect.stringMatching(/^([0-9a-f]{2}:){19}[0-9a-f]{2}$/),
        public_key: expect.stringMatching(/^-----BEGIN CERTIFICATE-----/),
        private_key: expect.any(String),
      },
    ]);
    await api.boot({ key_name: 'windows' });
    expect(api.gateway.created.at(-1)?.spec).toMatchObject({ keyType: 'x509', publicKey: made.json.keypair.public_key });
    const imported = await make({ name: 'imported', public_key: made.json.keypair.public_key });
    expect([imported.status, imported.json.keypair.fingerprint]).toEqual([201, made.json.keypair.fingerprint]);
    expect(imported.json.keypair).not.toHaveProperty('private_key');
    expect((await make({ name: 'bad', public_key: 'ssh-rsa AAAA' })).json.badRequest.message).toContain('Keypair data is invalid');
    expect((await api.ask('GET', `${PATH}/windows`, { version: '2.2' })).json.keypair).toMatchObject({ type: 'x509', user_id: 'alice' });
  });
});

describe('key pairs of a user', () => {
  const ofAlice = (method: string, path: string, token: string, version = '2.10') =>
    api.ask(method, `${PATH}${path}?user_id=alice`, { token, version });

  it('are the user’s and an administrator’s, and an auditor sees them', async () => {
    const body = { keypair: { name: 'own', user_id: 'alice', public_key: ED25519 } };
    expect((await api.ask('POST', PATH, { token: 'other', version: '2.10', body })).json.forbidden.message).toBe(
      "Policy doesn't allow os_compute_api:os-keypairs:create to be performed.",
    );
    const made = await api.ask('POST', PATH, { token: 'admin', version: '2.10', body });
    expect([made.status, made.json.keypair.user_id]).toEqual([201, 'alice']);
    const seen = async (token: string) => [(await ofAlice('GET', '', token)).status, (await ofAlice('GET', '/own', token)).status];
    expect([await seen('member'), await seen('admin'), await seen('auditor')]).toEqual([
      [200, 200],
      [200, 200],
      [200, 200],
    ]);
    expect(await seen('other')).toEqual([403, 403]);
    for (const token of ['other', 'auditor']) expect((await ofAlice('DELETE', '/own', token)).status).toBe(403);
    expect((await ofAlice('DELETE', '/own', 'admin')).status).toBe(204);
  });

  it('may be named from 2.10 on: before it the caller is meant, whoever is named', async () => {
    const names = (await ofAlice('GET', '', 'other', '2.9')).json.keypairs;
    expect(names).toEqual((await api.ask('GET', PATH, { token: 'other', version: '2.9' })).json.keypairs);
    const body = { keypair: { name: 'x', user_id: 'alice', public_key: ED25519 } };
    expect((await api.ask('POST', PATH, { token: 'admin', version: '2.9', body })).status).toBe(400);
  });

  it('come in pages from 2.35 on', async () => {
    for (const name of ['p1', 'p2', 'p3'])
      await api.ask('POST', PATH, { token: 'reader', body: { keypair: { name, public_key: ED25519 } } });
    const page = async (query: string, version = '2.35') => {
      const { keypairs, keypairs_links: links } = (await api.ask('GET', `${PATH}${query}`, { token: 'reader', version })).json;
      return [keypairs.map((one: { keypair: { name: string } }) => one.keypair.name), links?.[0].href.slice(api.origin.length)];
    };
    expect(await page('?limit=2')).toEqual([['p1', 'p2'], `${PATH}?limit=2&marker=p2`]);
    expect(await page('?limit=2&marker=p2')).toEqual([['p3'], undefined]);
    expect(await page('?limit=2', '2.34')).toEqual([['p1', 'p2', 'p3'], undefined]);
    expect((await api.ask('GET', `${PATH}?marker=nope`, { token: 'reader', version: '2.35' })).json.badRequest.message).toBe(
      'marker [nope] not found',
    );
  });
});
