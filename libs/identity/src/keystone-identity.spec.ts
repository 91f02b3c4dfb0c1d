import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { KeystoneIdentity } from './keystone-identity.js';

const named = (name: string) => ({ id: `${name}-id`, name });
const TOKEN = {
  user: { ...named('alice'), domain: named('Default') },
  project: { ...named('demo'), domain: named('Default') },
  roles: [named('member')],
  methods: ['password'],
  audit_ids: ['a1'],
  issued_at: '2026-01-01T00:00:00.000000Z',
  expires_at: '2026-01-01T12:00:00.000000Z',
};
let now = '2026-01-01T06:00:00Z';
const clock = { now: () => Date.parse(now), sleep: async () => {} };

let server: Server | undefined;
afterEach(() => server?.close());

/** A Keystone that knows one user token and any number of service tokens, of which only the newest is good. */
const keystone = async () => {
  const seen = { logins: 0, validations: 0, newest: '' };
  const answer = (request: IncomingMessage): [number, object, Record<string, string>?] => {
    if (request.method === 'POST') {
      seen.newest = `service-${++seen.logins}`;
      return [201, { token: TOKEN }, { 'x-subject-token': seen.newest }];
    }
    seen.validations++;
    if (request.headers['x-auth-token'] !== seen.newest) return [401, {}];
    return request.headers['x-subject-token'] === 'good' ? [200, { token: TOKEN }] : [404, {}];
  };
  server = createServer((request, reply) => {
    const [status, body, headers] = answer(request);
    reply.writeHead(status, headers).end(JSON.stringify(body));
  });
  await new Promise<void>(resolve => server?.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { seen, url };
};

const client = (url: string, options: { tokenCacheSeconds?: number } = {}) =>
  new KeystoneIdentity({
    url,
    username: 'canopy',
    password: 'x',
    userDomain: 'Default',
    project: 'service',
    projectDomain: 'Default',
    clock,
    ...options,
  });

it('a token is read from Keystone once and then from memory', async () => {
  const { seen, url } = await keystone();
  // The age of an answer counts from the question, and on a busy machine Keystone's own answer may take longer than the default.
  const identity = client(`${url}/v3/`, { tokenCacheSeconds: 600 });
  const found = await identity.authenticateToken('good');
  expect(found).toMatchObject({
    user: { id: 'alice-id' },
    project: { id: 'demo-id' },
    roleNames: new Set(['member']),
    expiresAt: Date.parse(TOKEN.expires_at),
  });
  await identity.authenticateToken('good');
  expect(seen).toMatchObject({ logins: 1, validations: 1 });
});

it('a token that Keystone does not know is refused, and one with characters of no token never sent', async () => {
  const { seen, url } = await keystone();
  const identity = client(url);
  await expect(identity.authenticateToken('bad')).rejects.toMatchObject({ kind: 'unauthenticated' });
  const asked = seen.validations;
  await expect(identity.authenticateToken('bad\r\nx: y')).rejects.toMatchObject({ kind: 'unauthenticated' });
  expect(seen.validations).toBe(asked);
});

it('a service token that Keystone forgot is renewed once', async () => {
  const { seen, url } = await keystone();
  const identity = client(url);
  await expect(identity.authenticateToken('bad')).rejects.toMatchObject({ kind: 'unauthenticated' });
  seen.newest = 'restarted';
  expect((await identity.authenticateToken('good')).user.name).toBe('alice');
  expect(seen.logins).toBe(2);
});

it('the service token is renewed before it expires', async () => {
  const { seen, url } = await keystone();
  const identity = client(url);
  expect(await identity.serviceToken()).toBe('service-1');
  expect(await identity.serviceToken()).toBe('service-1');
  now = '2026-01-01T11:55:00Z';
  expect(await identity.serviceToken()).toBe('service-2');
  now = '2026-01-01T06:00:00Z';
  expect(seen.logins).toBe(2);
});

it('a Keystone that is away makes the service unavailable, and is tried again', async () => {
  const { url } = await keystone();
  server?.close();
  await expect(client(url).authenticateToken('good')).rejects.toMatchObject({ kind: 'unavailable' });
});
