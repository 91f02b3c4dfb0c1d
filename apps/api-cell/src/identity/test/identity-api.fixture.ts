import { DataSource } from 'typeorm';
import { afterAll, beforeAll } from 'vitest';
import { silentLogger } from '#domain';
import { EmbeddedIdentity, type EmbeddedIdentityOptions, identityEntities, identityMigrations } from '#identity';
import { SystemClock, SystemRandom } from '#service-runtime';
import { freePort, testDatabase } from '#testing';
import { startIdentityApi } from '../start-identity-api.js';

export const ADMIN_PASSWORD = 'the admin password';
export const DEFAULT = { id: 'default' };
export const ADMIN = { name: 'admin', domain: DEFAULT };
export const ADMIN_PROJECT = { project: { name: 'admin', domain: DEFAULT } };

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into JSON of every shape
  readonly body: any;
}

export interface Call {
  readonly token?: string;
  readonly subject?: string;
  readonly json?: unknown;
}

/** The tables of Identity, and of others, in a database of its own. */
export const openDatabase = async (more: { entities?: (new () => object)[]; migrations?: (new () => object)[] } = {}) => {
  const database = await testDatabase();
  const connect = () =>
    new DataSource({
      type: 'mariadb',
      url: database.url,
      entities: [...identityEntities, ...(more.entities ?? [])],
      migrations: [...identityMigrations, ...(more.migrations ?? [])],
    }).initialize();
  const source = await connect();
  await source.runMigrations();
  return { source, connect, drop: () => database.drop() };
};

/** Passwords are hashed cheaply: some twenty users would take seconds otherwise. */
export const identityOptions = (database: DataSource): EmbeddedIdentityOptions => {
  const urls = { public: 'http://image', internal: 'http://image', admin: 'http://image' };
  return {
    database,
    clock: new SystemClock(),
    random: new SystemRandom(),
    adminPassword: ADMIN_PASSWORD,
    region: 'RegionOne',
    catalog: [{ type: 'image', name: 'glance', urls }],
    tokenCacheSeconds: 0.1,
    passwordCost: { N: 16, r: 1, p: 1 },
  };
};

/** A whole Identity on a port of its own. */
export const startIdentity = async (database: DataSource) => {
  const identity = await EmbeddedIdentity.start(identityOptions(database));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const app = await startIdentityApi({ identity, publicUrl: url, host: '127.0.0.1', port, logger: silentLogger, clock: new SystemClock() });
  const call = caller(url);
  const login = async (user: object, password: string, scope?: object | 'unscoped'): Promise<Reply> =>
    call('POST', '/v3/auth/tokens', {
      json: { auth: { identity: { methods: ['password'], password: { user: { ...user, password } } }, ...(scope && { scope }) } },
    });
  const tokenOf = (reply: Reply): string => reply.headers.get('x-subject-token') ?? '';
  const adminToken = tokenOf(
    await login({ name: 'admin', domain: { id: 'default' } }, ADMIN_PASSWORD, { project: { name: 'admin', domain: { name: 'Default' } } }),
  );
  return { identity, url, call, login, tokenOf, adminToken, close: () => app.close() };
};

export type Identity = Awaited<ReturnType<typeof startIdentity>>;

/** An identity API with a database of its own for the tests of one file: raised before the first, gone after the last. */
export const useIdentityApi = () => {
  let used: { readonly database: Awaited<ReturnType<typeof openDatabase>>; readonly api: Identity } | undefined;
  const ready = () => {
    if (!used) throw new Error('the identity API is not up before the tests run');
    return used;
  };
  beforeAll(async () => {
    const database = await openDatabase();
    used = { database, api: await startIdentity(database.source) };
  });
  afterAll(async () => {
    await used?.api.close();
    await used?.database.source.destroy();
    await used?.database.drop();
  });
  return {
    get api() {
      return ready().api;
    },
    get database() {
      return ready().database;
    },
    get admin() {
      return { token: ready().api.adminToken };
    },
  };
};

/** A new project with a user who has a role in it, and a token of that. */
export const newMember = async ({ call, login, tokenOf, adminToken: token, identity }: Identity, name: string, role = 'member') => {
  const project = (await call('POST', '/v3/projects', { token, json: { project: { name } } })).body.project.id as string;
  const user = (await call('POST', '/v3/users', { token, json: { user: { name, password: 'pw', email: `${name}@example.org` } } })).body
    .user.id as string;
  const [roleRow] = await identity.roles.list({ name: role });
  const grant = `/v3/projects/${project}/users/${user}/roles/${roleRow?.id}`;
  await call('PUT', grant, { token });
  const own = tokenOf(await login({ id: user }, 'pw', { project: { id: project } }));
  return { project, user, grant, token: own };
};

export const caller =
  (url: string) =>
  async (method: string, path: string, { token, subject, json }: Call = {}): Promise<Reply> => {
    const headers = {
      ...(token !== undefined && { 'x-auth-token': token }),
      ...(subject !== undefined && { 'x-subject-token': subject }),
      ...(json !== undefined && { 'content-type': 'application/json' }),
    };
    const reply = await fetch(url + path, {
      method,
      headers,
      body: json === undefined ? undefined : JSON.stringify(json),
      redirect: 'manual',
    });
    const text = await reply.text();
    return { status: reply.status, headers: reply.headers, body: text ? JSON.parse(text) : undefined };
  };
