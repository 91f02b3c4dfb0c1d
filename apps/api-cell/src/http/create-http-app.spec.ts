import { Body, Controller, Get, Module, Post } from '@nestjs/common';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CloudError, type Logger, silentLogger } from '#domain';
import type { IdentityService, TokenIdentity } from '#identity';
import { until } from '#testing';
import { type ApiContext, Ctx } from './api-context.js';
import { Authenticator } from './authenticator.js';
import { createHttpApp, type HttpApp } from './create-http-app.js';
import { keystoneFault } from './keystone-fault.js';

@Controller()
class ProbeController {
  @Get('public')
  open() {
    return { open: true };
  }

  @Get('me')
  me(@Ctx() ctx: ApiContext) {
    return {
      user: ctx.userId,
      project: ctx.projectId,
      admin: ctx.roles.has('admin'),
      requestId: ctx.requestId,
      leftMs: ctx.deadline - NOW,
    };
  }

  @Post('echo')
  echo(@Body() body: unknown) {
    return { body: body ?? null };
  }

  @Get('bug')
  bug() {
    throw new Error('secret of the inside');
  }

  @Get('conflict')
  conflict() {
    throw new CloudError('conflict', 'it is there already', { context: { secret: 1 } });
  }
}

@Module({ controllers: [ProbeController] })
class ProbeModule {}

const NOW = Date.UTC(2026, 0, 1);
const alice: TokenIdentity = {
  user: { id: 'alice', name: 'Alice', domain: { id: 'default', name: 'Default' } },
  project: { id: 'p1', name: 'demo', domain: { id: 'default', name: 'Default' } },
  domain: null,
  roles: [],
  roleNames: new Set(['member']),
  methods: ['password'],
  auditIds: ['a'],
  issuedAt: NOW,
  expiresAt: NOW + 1000,
};

/** Knows two tokens by name. */
const identity: IdentityService = {
  authenticateToken: async token => {
    if (token === 'scoped') return alice;
    if (token === 'unscoped') return { ...alice, project: null };
    throw new CloudError('unauthenticated', 'The request you have made requires authentication.');
  },
};

const errors: { event: string; fields: Record<string, unknown> | undefined }[] = [];
const logger: Logger = { ...silentLogger, error: (event, fields) => errors.push({ event, fields }) };

let unwell: string[] = [];
const served: unknown[][] = [];
const watch = {
  health: { reasons: () => unwell },
  meter: { served: (...request: [string, string, string, number, number]) => void served.push(request) },
};

const start = (port = 0): Promise<HttpApp> =>
  createHttpApp(ProbeModule, {
    name: 'probe',
    host: '127.0.0.1',
    port,
    logger,
    renderFault: keystoneFault,
    identityUrl: 'http://identity:5000',
    bodyLimitBytes: 1000,
    watch,
    authentication: {
      authenticator: new Authenticator(identity, { now: () => NOW, sleep: async () => {} }),
      isPublic: (_method, path) => path === '/public' || path === '/echo',
    },
  });

let app: HttpApp;
beforeAll(async () => {
  app = await start();
});
afterAll(() => app.close());

const call = async (path: string, init: RequestInit = {}) => {
  const reply = await fetch(`http://127.0.0.1:${app.port}${path}`, init);
  const text = await reply.text();
  return { status: reply.status, headers: reply.headers, body: text ? JSON.parse(text) : undefined };
};
const as = (token: string, headers: Record<string, string> = {}) => ({ headers: { 'x-auth-token': token, ...headers } });
const post = (body: string, type = 'application/json') => ({ method: 'POST', body, headers: { 'content-type': type } });

it('a handler gets the caller of a valid token, and a deadline', async () => {
  const { body, headers } = await call('/me', as('scoped'));
  expect(body).toEqual({ user: 'alice', project: 'p1', admin: false, requestId: headers.get('x-openstack-request-id'), leftMs: 60_000 });
});

it('without a valid token the answer is 401 as keystonemiddleware gives it, before the path is looked at', async () => {
  for (const path of ['/me', '/nowhere']) {
    for (const init of [{}, as('bad')]) {
      const { status, headers, body } = await call(path, init);
      expect(status).toBe(401);
      expect(headers.get('www-authenticate')).toBe('Keystone uri="http://identity:5000"');
      expect(body).toEqual({ error: { code: 401, title: 'Unauthorized', message: 'The request you have made requires authentication.' } });
    }
  }
});

it('a token without a project is forbidden where a project is needed', async () => {
  expect((await call('/me', as('unscoped'))).status).toBe(403);
});

it('every answer has a request id of ours, whatever the client sent', async () => {
  const answers = [
    await call('/public', as('', { 'x-openstack-request-id': 'req-mine' })),
    await call('/me'),
    await call('/nowhere', as('scoped')),
    await call('/%zz'),
  ];
  for (const { headers } of answers) expect(headers.get('x-openstack-request-id')).toMatch(/^req-[0-9a-f-]{36}$/);
});

it('an error of ours shows its message and hides its context', async () => {
  const { status, body } = await call('/conflict', as('scoped'));
  expect({ status, body }).toEqual({ status: 409, body: { error: { code: 409, title: 'Conflict', message: 'it is there already' } } });
});

it('a bug is logged with its request id and tells nothing', async () => {
  errors.length = 0;
  const { status, headers, body } = await call('/bug', as('scoped'));
  expect(status).toBe(500);
  expect(JSON.stringify(body)).not.toContain('secret');
  expect(errors).toEqual([
    {
      event: 'request failed: secret of the inside',
      fields: expect.objectContaining({ requestId: headers.get('x-openstack-request-id'), path: '/bug' }),
    },
  ]);
});

it('an unknown path is 404, a malformed one 400', async () => {
  expect((await call('/nowhere', as('scoped'))).status).toBe(404);
  expect((await call('/%zz', as('scoped'))).status).toBe(400);
});

it('JSON is parsed under its vendor names, and may be absent', async () => {
  for (const type of [
    'application/json',
    'application/json; charset=utf-8',
    'application/openstack-images-v2.1-json-patch',
    'application/vnd.x+json',
  ]) {
    expect(await call('/echo', post('{"a":1}', type))).toMatchObject({ status: 201, body: { body: { a: 1 } } });
  }
  expect(await call('/echo', post(''))).toMatchObject({ status: 201, body: { body: null } });
});

it('malformed JSON is 400, other types 415, too much 413, and keys of prototypes 400', async () => {
  expect((await call('/echo', post('{"a":'))).status).toBe(400);
  expect((await call('/echo', post('a=1', 'application/x-www-form-urlencoded'))).status).toBe(415);
  expect((await call('/echo', post(JSON.stringify('x'.repeat(2000))))).status).toBe(413);
  expect((await call('/echo', post('{"__proto__":{"admin":true}}'))).status).toBe(400);
  const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
  expect([(await call('/echo', post(nested(100)))).status, (await call('/echo', post(nested(102)))).status]).toEqual([201, 400]);
});

it('a port that is taken is told with host, port and name', async () => {
  await expect(start(app.port)).rejects.toMatchObject({
    kind: 'conflict',
    message: expect.stringContaining(`port ${app.port} on 127.0.0.1 is already in use: the probe API`),
  });
});

it('its health is told to everybody', async () => {
  const asked = async (method: string) => {
    const reply = await fetch(`http://127.0.0.1:${app.port}/healthcheck`, { method });
    return [reply.status, await reply.text()];
  };
  expect(await asked('GET')).toEqual([200, 'OK']);
  expect(await asked('HEAD')).toEqual([204, '']);
  unwell = ['the database does not answer'];
  expect(await asked('GET')).toEqual([503, 'the database does not answer']);
  unwell = [];
});

it('what was answered is counted, by the route and not by the path', async () => {
  served.length = 0;
  await call('/public?x=1');
  await call('/nowhere', as('scoped'));
  await until(() => served.length === 2, { timeoutMs: 30_000, what: 'two counted requests' });
  expect(served).toEqual([
    ['probe', 'GET', '/public', 200, expect.any(Number)],
    ['probe', 'GET', 'none', 404, expect.any(Number)],
  ]);
});
