import { DataSource } from 'typeorm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { silentLogger } from '#domain';
import { Policy } from '#policy';
import { seededRandom } from '#testing';
import { floatingIpPools } from '../../compute/index.js';
import { type ComputeApiFixture, computeApiFixture, identity, PROJECT } from '../../compute/test/compute-api.fixture.js';
import type { HttpApp } from '../../http/index.js';
import { NetworkApiModule } from '../../network/network-api.module.js';
import { Pools } from '../../network/pools.js';
import { type NetworkApiServer, startNetworkApi } from '../../network/start-network-api.js';
import { type Api, nameOf } from './endpoint.js';
import { holdToAccount } from './hold-to-account.js';
import { type Heard, Judge } from './judge.js';
import { nestEndpoints, type Sample } from './nest-endpoints.js';
import { NOBODY, Targets } from './targets.js';

const POOLS = floatingIpPools([{ name: 'public', cidr: '203.0.113.0/24' }]);
/** What is there before the first request, and bodies name. */
const there = { group: NOBODY };

const one = (key: string, fields: () => object): Sample => ({ bodies: () => [{ [key]: fields() }] });
const SAMPLES: Readonly<Record<string, Sample>> = {
  'POST /v2.0/security-groups': one('security_group', () => ({ name: 'sample', description: 'one', project_id: PROJECT, stateful: true })),
  'PUT /v2.0/security-groups/:id': one('security_group', () => ({ name: 'other', description: 'two' })),
  'POST /v2.0/security-group-rules': one('security_group_rule', () => ({
    security_group_id: there.group,
    direction: 'ingress',
    ethertype: 'IPv4',
    protocol: 'tcp',
    port_range_min: 1,
    port_range_max: 65535,
    remote_ip_prefix: '192.0.2.0/24',
  })),
  'POST /v2.0/floatingips': one('floatingip', () => ({ floating_network_id: new Pools(POOLS).all[0]?.id, project_id: PROJECT })),
  'PUT /v2.0/floatingips/:id': one('floatingip', () => ({ port_id: null })),
};
const QUERY = Object.fromEntries(
  ['security-groups', 'security-group-rules', 'floatingips', 'networks', 'extensions'].map(name => [
    `/v2.0/${name}`,
    ['id', 'name', 'fields', 'limit', 'marker', 'project_id', 'sort_key', 'description'],
  ]),
);

/** Only its table is read. */
const unasked = { ...({} as NetworkApiServer), floatingIpPools: POOLS, dataSource: new DataSource({ type: 'mariadb' }), publicUrl: '' };
const endpoints = nestEndpoints(NetworkApiModule.forRoot(unasked), SAMPLES, QUERY);
const api: Api = {
  endpoints,
  prefixes: [''],
  headersAt: () => ({ 'x-auth-token': 'admin' }),
  // There are no networks to make, and only rules of what comes in are kept.
  unable: Object.fromEntries(endpoints.filter(({ method }) => method === 'POST').map(endpoint => [nameOf(endpoint), 501])),
  parameters: { project: PROJECT, alias: 'security-group' },
};

/** `{"NeutronError":{"type":"…","message":"…","detail":""}}` */
const isFault = ({ text }: Heard): boolean => {
  const body: unknown = JSON.parse(text);
  if (typeof body !== 'object' || body === null || !('NeutronError' in body)) return false;
  const { NeutronError: error } = body;
  if (typeof error !== 'object' || error === null || !('type' in error && 'message' in error)) return false;
  return typeof error.type === 'string' && typeof error.message === 'string' && error.message !== '';
};

let compute: ComputeApiFixture;
let app: HttpApp;
let judge: Judge;
let targets: Targets;

beforeAll(async () => {
  compute = await computeApiFixture();
  const { dataSource, clock } = compute;
  app = await startNetworkApi({
    dataSource,
    clock,
    random: seededRandom(7),
    floatingIpPools: POOLS,
    quotaDefaults: { security_groups: -1, security_group_rules: -1, floating_ips: -1 },
    identity,
    policy: new Policy(),
    logger: silentLogger,
    identityUrl: 'http://identity',
    publicUrl: 'http://network/',
    host: '127.0.0.1',
    port: 0,
  });
  judge = await Judge.of({ origin: `http://127.0.0.1:${app.port}`, dataSource, isFault });
  targets = new Targets(api, sent => judge.ask(sent));
  const headers = { ...api.headersAt(undefined), 'content-type': 'application/json' };
  const text = JSON.stringify({ security_group: { name: 'there' } });
  const made = await judge.ask({ method: 'POST', path: '/v2.0/security-groups', headers, text });
  there.group = JSON.parse(made.text).security_group.id;
});
afterAll(async () => {
  await app?.close();
  await compute?.stop();
});

it.each(endpoints.map(endpoint => [nameOf(endpoint), endpoint] as const))(
  '%s answers every request, refuses with a fault, and changes nothing then',
  async (_, endpoint) => {
    await expect(holdToAccount(endpoint, api, judge, targets)).resolves.toBeUndefined();
  },
);
