import { beforeAll, expect, it } from 'vitest';
import type { EmbeddedIdentity } from '#identity';
import { IdentityApiModule } from '../../identity/identity-api.module.js';
import { useIdentityApi } from '../../identity/test/identity-api.fixture.js';
import { type Api, nameOf } from './endpoint.js';
import { holdToAccount } from './hold-to-account.js';
import { Judge } from './judge.js';
import { isKeystoneFault } from './keystone-fault.js';
import { nestEndpoints, type Sample } from './nest-endpoints.js';
import { Targets } from './targets.js';

/** What is there before the first request, and bodies name. */
const there = { userId: '', projectId: '', serviceId: '', roleId: '' };

const one = (key: string, fields: () => object): Sample => ({ bodies: () => [{ [key]: fields() }] });
const password = { user: { name: 'nobody', domain: { id: 'default' }, password: 'wrong' } };
const signed = {
  access: 'unknown',
  signature: 'AAAA',
  host: 'ec2',
  verb: 'GET',
  path: '/',
  params: { Action: 'x' },
  headers: {},
  body_hash: '',
};

const SAMPLES: Readonly<Record<string, Sample>> = {
  'POST /v3/auth/tokens': {
    bodies: () => [
      { auth: { identity: { methods: ['password'], password }, scope: { project: { id: there.projectId } } } },
      { auth: { identity: { methods: ['token'], token: { id: 'unknown' } } } },
      { auth: { identity: { methods: ['application_credential'], application_credential: { id: 'unknown', secret: 'x' } } } },
    ],
  },
  'POST /v3/projects': one('project', () => ({ name: 'sample', description: 'one', domain_id: 'default', enabled: true, tags: ['a'] })),
  'PATCH /v3/projects/:id': one('project', () => ({ name: 'other', description: 'two', enabled: true, tags: [] })),
  'PUT /v3/projects/:id/tags': { bodies: () => [{ tags: ['a', 'b'] }] },
  'POST /v3/users': one('user', () => ({
    name: 'sample',
    password: 'secret',
    email: 'a@example.org',
    default_project_id: there.projectId,
    enabled: true,
  })),
  'PATCH /v3/users/:id': one('user', () => ({ name: 'other', email: null, description: 'two', enabled: false })),
  'POST /v3/users/:id/password': one('user', () => ({ password: 'new', original_password: 'secret' })),
  'POST /v3/groups': one('group', () => ({ name: 'sample', description: 'one', domain_id: 'default' })),
  'PATCH /v3/groups/:id': one('group', () => ({ name: 'other', description: 'two' })),
  'POST /v3/domains': one('domain', () => ({ name: 'sample', description: 'one', enabled: true })),
  'PATCH /v3/domains/:id': one('domain', () => ({ name: 'other', enabled: false })),
  'POST /v3/roles': one('role', () => ({ name: 'sample', description: 'one' })),
  'PATCH /v3/roles/:id': one('role', () => ({ name: 'other', description: 'two' })),
  'POST /v3/regions': one('region', () => ({ description: 'one' })),
  'PUT /v3/regions/:id': one('region', () => ({ description: 'two' })),
  'PATCH /v3/regions/:id': one('region', () => ({ description: 'two', parent_region_id: null })),
  'POST /v3/services': one('service', () => ({ type: 'sample', name: 'sample', description: 'one', enabled: true })),
  'PATCH /v3/services/:id': one('service', () => ({ type: 'other', name: 'other' })),
  'POST /v3/endpoints': one('endpoint', () => ({
    service_id: there.serviceId,
    interface: 'public',
    url: 'http://sample.example.org',
    region_id: 'RegionOne',
  })),
  'PATCH /v3/endpoints/:id': one('endpoint', () => ({ url: 'http://other.example.org', enabled: false })),
  'POST /v3/users/:userId/application_credentials': one('application_credential', () => ({
    name: 'sample',
    roles: [{ id: there.roleId }],
    expires_at: '2999-01-01T00:00:00',
    access_rules: [{ service: 'compute', method: 'GET', path: '/v2.1/servers' }],
  })),
  'POST /v3/credentials': one('credential', () => ({ blob: '{}', type: 'sample', project_id: there.projectId, user_id: there.userId })),
  'PATCH /v3/credentials/:id': one('credential', () => ({ blob: '{"a":1}', type: 'other' })),
  'POST /v3/users/:userId/credentials/OS-EC2': { bodies: () => [{ tenant_id: there.projectId }] },
  'POST /v3/ec2tokens': { bodies: () => [{ credentials: signed }, { ec2Credentials: signed }] },
};

const LISTED = ['name', 'domain_id', 'enabled', 'is_domain', 'parent_id', 'tags', 'type', 'service_id', 'interface', 'user_id'];
const QUERY: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    ['projects', 'users', 'groups', 'domains', 'roles', 'services', 'endpoints', 'regions'].map(name => [`/v3/${name}`, LISTED]),
  ),
  '/v3/credentials': ['user_id', 'type'],
  '/v3/auth/tokens': ['nocatalog', 'allow_expired'],
  '/v3/role_assignments': [
    'user.id',
    'role.id',
    'group.id',
    'scope.project.id',
    'scope.domain.id',
    'scope.system',
    'scope.OS-INHERIT:inherited_to',
    'effective',
    'include_subtree',
    'include_names',
  ],
};

const used = useIdentityApi();
const parameters: Record<string, string> = { targets: 'projects', heirsOf: 'projects', actors: 'users', tag: 'sample' };
const unasked = {} as EmbeddedIdentity;
const api: Api = {
  endpoints: nestEndpoints(IdentityApiModule.forRoot({ identity: unasked, publicUrl: 'http://identity' }), SAMPLES, QUERY),
  prefixes: [''],
  headersAt: () => ({ 'x-auth-token': used.api.adminToken }),
  parameters,
};

let judge: Judge;
let targets: Targets;

beforeAll(async () => {
  const { identity, url } = used.api;
  const [[user], [project], [service], [role]] = await Promise.all([
    identity.users.list({ name: 'admin' }),
    identity.projects.list({ name: 'admin' }),
    identity.catalog.services(),
    identity.roles.list({ name: 'member' }),
  ]);
  Object.assign(there, { userId: user?.id, projectId: project?.id, serviceId: service?.id, roleId: role?.id });
  Object.assign(parameters, { userId: there.userId, targetId: there.projectId, actorId: there.userId, roleId: there.roleId });
  judge = await Judge.of({ origin: url, dataSource: used.database.source, isFault: isKeystoneFault });
  targets = new Targets(api, sent => judge.ask(sent));
});

it.each(api.endpoints.map(endpoint => [nameOf(endpoint), endpoint] as const))(
  '%s answers every request, refuses with a fault, and changes nothing then',
  async (_, endpoint) => {
    await expect(holdToAccount(endpoint, api, judge, targets)).resolves.toBeUndefined();
  },
);
