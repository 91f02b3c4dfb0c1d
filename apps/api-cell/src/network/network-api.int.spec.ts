import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLogger } from '#domain';
import { Policy } from '#policy';
import { seededRandom } from '#testing';
import { floatingIpPools } from '../compute/index.js';
import {
  type ComputeApiFixture,
  computeApiFixture,
  identity,
  OTHER_PROJECT,
  PROJECT,
  type Reply,
} from '../compute/test/compute-api.fixture.js';
import type { HttpApp } from '../http/index.js';
import { startNetworkApi } from './start-network-api.js';

const NOBODY = '00000000-0000-4000-8000-000000000000';

let compute: ComputeApiFixture;
let app: HttpApp;
beforeAll(async () => {
  compute = await computeApiFixture();
  app = await startNetworkApi({
    dataSource: compute.dataSource,
    clock: compute.clock,
    random: seededRandom(7),
    floatingIpPools: floatingIpPools([{ name: 'public', cidr: '203.0.113.0/29' }]),
    quotaDefaults: { security_groups: 10, floating_ips: 5 },
    identity,
    policy: new Policy(),
    logger: silentLogger,
    identityUrl: 'http://identity',
    publicUrl: 'http://network/',
    host: '127.0.0.1',
    port: 0,
  });
});
afterAll(async () => {
  await app?.close();
  await compute?.stop();
});

const ask = async (method: string, path: string, body?: object, token = 'member'): Promise<Pick<Reply, 'status' | 'json'>> => {
  const response = await fetch(`http://127.0.0.1:${app.port}${path}`, {
    method,
    headers: { 'x-auth-token': token, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, json: text === '' ? undefined : JSON.parse(text) };
};
const get = async (path: string, token?: string) => (await ask('GET', `/v2.0${path}`, undefined, token)).json;
const refusal = ({ status, json }: Pick<Reply, 'status' | 'json'>) => [status, json.NeutronError.type, json.NeutronError.message];

const makeGroup = async (group: object, token?: string) =>
  (await ask('POST', '/v2.0/security-groups', { security_group: group }, token)).json.security_group;
const makeRule = (rule: object, token?: string) =>
  ask('POST', '/v2.0/security-group-rules', { security_group_rule: { direction: 'ingress', ...rule } }, token);

describe('discovery', () => {
  it('needs no token, and leads to the resources', async () => {
    const versions = (await (await fetch(`http://127.0.0.1:${app.port}/`)).json()) as object;
    expect(versions).toMatchObject({ versions: [{ id: 'v2.0', status: 'CURRENT', links: [{ href: 'http://network/v2.0/' }] }] });
    expect((await get('')).resources).toContainEqual({
      name: 'security_group',
      collection: 'security_groups',
      links: [{ rel: 'self', href: 'http://network/v2.0/security-groups' }],
    });
    expect((await fetch(`http://127.0.0.1:${app.port}/v2.0/networks`)).status).toBe(401);
  });

  it('says what is there beyond the core, and that zones are not', async () => {
    expect(await get('/extensions/security-group')).toMatchObject({ extension: { alias: 'security-group' } });
    expect((await get('/extensions?name=Availability Zone')).extensions).toEqual([]);
    expect(refusal(await ask('GET', '/v2.0/extensions/availability_zone'))).toEqual([
      404,
      'HTTPNotFound',
      'Extension with alias availability_zone does not exist',
    ]);
  });
});

describe('networks', () => {
  it('are the pools of floating addresses, which only the operator changes', async () => {
    const [network, ...more] = (await get('/networks')).networks;
    expect([network, more]).toMatchObject([{ name: 'public', shared: true, 'router:external': true }, []]);
    expect((await get('/networks?name=public&router:external=True')).networks).toEqual([network]);
    expect((await get('/networks?name=private')).networks).toEqual([]);
    expect((await get(`/networks/${network.id}`)).network).toEqual(network);
    expect(refusal(await ask('GET', '/v2.0/networks/private'))).toEqual([404, 'HTTPNotFound', 'Network private could not be found.']);
    expect((await ask('DELETE', `/v2.0/networks/${network.id}`)).status).toBe(409);
    expect((await ask('POST', '/v2.0/networks', { network: { name: 'mine' } })).status).toBe(501);
  });

  it.each(['subnets', 'ports', 'routers', 'subnetpools', 'agents'])('there are no %s, and none can be made', async path => {
    expect(await get(`/${path}?device_id=x`)).toEqual({ [path]: [] });
    for (const method of ['GET', 'PUT', 'DELETE']) expect((await ask(method, `/v2.0/${path}/${NOBODY}`)).status).toBe(404);
    expect(refusal(await ask('POST', `/v2.0/${path}`, {}))).toEqual([
      501,
      'HTTPNotImplemented',
      expect.stringMatching(/no networks of its own yet/),
    ]);
  });

  it('have the quotas that compute keeps', async () => {
    expect((await get(`/quotas/${PROJECT}`)).quota).toMatchObject({ network: 0, security_group: 10, floatingip: 5 });
    expect((await get(`/quotas/${PROJECT}/default`)).quota).toMatchObject({ floatingip: 5 });
    expect((await ask('GET', `/v2.0/quotas/${OTHER_PROJECT}`)).status).toBe(403);
    expect((await ask('GET', `/v2.0/quotas/${OTHER_PROJECT}`, undefined, 'auditor')).status).toBe(200);
  });
});

describe('security groups', () => {
  it('are those that compute shows', async () => {
    const group = await makeGroup({ name: 'web', description: 'pages' });
    expect(group).toMatchObject({ name: 'web', description: 'pages', project_id: PROJECT, security_group_rules: [] });
    const { status, json } = await makeRule({ security_group_id: group.id, protocol: 'tcp', port_range_min: 80, port_range_max: '80' });
    expect([status, json.security_group_rule]).toMatchObject([
      201,
      {
        direction: 'ingress',
        ethertype: 'IPv4',
        port_range_min: 80,
        port_range_max: 80,
        remote_ip_prefix: '0.0.0.0/0',
        project_id: PROJECT,
      },
    ]);
    const shown = (await compute.ask('GET', `/v2.1/os-security-groups/${group.id}`)).json.security_group;
    expect(shown.rules).toMatchObject([{ id: json.security_group_rule.id, ip_protocol: 'tcp', ip_range: { cidr: '0.0.0.0/0' } }]);
    expect((await get('/security-groups?name=web')).security_groups).toMatchObject([{ id: group.id }]);
    expect((await get(`/security-group-rules?security_group_id=${group.id}`)).security_group_rules).toEqual([json.security_group_rule]);
    const renamed = await ask('PUT', `/v2.0/security-groups/${group.id}`, { security_group: { name: 'www' } });
    expect(renamed.json.security_group).toMatchObject({ name: 'www', description: 'pages' });
    expect((await ask('DELETE', `/v2.0/security-group-rules/${json.security_group_rule.id}`)).status).toBe(204);
    expect((await ask('DELETE', `/v2.0/security-groups/${group.id}`)).status).toBe(204);
    expect((await ask('GET', `/v2.0/security-groups/${group.id}`)).status).toBe(404);
  });

  it('keep any type of ICMP, any protocol, members of groups and addresses of either family', async () => {
    const { id } = await makeGroup({ name: 'all' });
    const kept = async (rule: object) => (await makeRule({ security_group_id: id, ...rule })).json.security_group_rule;
    expect(await kept({ protocol: 'icmp' })).toMatchObject({ protocol: 'icmp', port_range_min: null, port_range_max: null });
    expect(await kept({ protocol: 'any', remote_group_id: id })).toMatchObject({ protocol: null, remote_group_id: id });
    expect(await kept({ protocol: 'udp', ethertype: 'IPv6' })).toMatchObject({ ethertype: 'IPv6', remote_ip_prefix: '::/0' });
    expect(await kept({ remote_ip_prefix: '192.0.2.1' })).toMatchObject({ protocol: null, remote_ip_prefix: '192.0.2.1/32' });
  });

  it('refuse what contradicts itself, and say which field', async () => {
    const { id } = await makeGroup({ name: 'strict' });
    const refused = async (rule: object) => refusal(await makeRule({ security_group_id: id, ...rule }));
    expect(await refused({ direction: 'egress' })).toEqual([501, 'HTTPNotImplemented', expect.stringMatching(/^direction: /)]);
    expect(await refused({ port_range_min: 1, port_range_max: 2 })).toEqual([400, 'HTTPBadRequest', expect.stringMatching(/^protocol: /)]);
    expect(await refused({ protocol: 'tcp', port_range_min: 5 })).toEqual([
      400,
      'HTTPBadRequest',
      expect.stringMatching(/^port_range_min/),
    ]);
    expect(await refused({ protocol: 'icmp', port_range_max: 3 })).toEqual([
      400,
      'HTTPBadRequest',
      expect.stringMatching(/^port_range_min/),
    ]);
    expect(await refused({ protocol: 'icmp', port_range_min: 256 })).toEqual([400, 'HTTPBadRequest', expect.stringMatching(/255/)]);
    expect(await refused({ protocol: 'gre' })).toEqual([400, 'HTTPBadRequest', expect.stringMatching(/security_group_rule\.protocol/)]);
    expect(await refused({ remote_ip_prefix: '::/0' })).toEqual([400, 'HTTPBadRequest', expect.stringMatching(/^remote_ip_prefix/)]);
    expect(await refused({ remote_ip_prefix: '192.0.2.0/24', remote_group_id: id })).toEqual([
      400,
      'HTTPBadRequest',
      expect.stringMatching(/Only/),
    ]);
    expect((await get(`/security-groups/${id}`)).security_group.security_group_rules).toEqual([]);
    expect((await ask('POST', '/v2.0/security-groups', { security_group: { name: 'x', project_id: OTHER_PROJECT } })).status).toBe(403);
  });

  it('of other projects are seen by administrators and auditors, and changed by nobody who may not', async () => {
    const theirs = await makeGroup({ name: 'theirs' }, 'other');
    const sees = async (token: string) =>
      (await get('/security-groups', token)).security_groups.some(({ id }: { id: string }) => id === theirs.id);
    expect([await sees('admin'), await sees('auditor'), await sees('member')]).toEqual([true, true, false]);
    expect((await ask('GET', `/v2.0/security-groups/${theirs.id}`)).status).toBe(404);
    expect((await makeRule({ security_group_id: theirs.id })).status).toBe(404);
    expect(refusal(await ask('POST', '/v2.0/security-groups', { security_group: { name: 'x' } }, 'reader'))).toEqual([
      403,
      'PolicyNotAuthorized',
      'rule:create_security_group is disallowed by policy',
    ]);
    expect((await ask('DELETE', `/v2.0/security-groups/${theirs.id}`, undefined, 'auditor')).status).toBe(403);
  });

  it('are as many as the quota allows', async () => {
    const makes = Array.from({ length: 12 }, (_, index) =>
      ask('POST', '/v2.0/security-groups', { security_group: { name: `many-${index}` } }, 'admin'),
    );
    const refused = (await Promise.all(makes)).filter(({ status }) => status !== 201);
    expect(refused.length).toBeGreaterThan(2);
    for (const one of refused) expect(refusal(one)).toEqual([409, 'OverQuota', expect.stringMatching(/Quota exceeded/)]);
  });
});

describe('floating addresses', () => {
  it('are taken from a network, shown by compute too, and given back', async () => {
    const [network] = (await get('/networks')).networks;
    const { status, json } = await ask('POST', '/v2.0/floatingips', { floatingip: { floating_network_id: network.id } });
    expect([status, json.floatingip]).toMatchObject([
      201,
      { floating_ip_address: '203.0.113.1', floating_network_id: network.id, port_id: null, status: 'DOWN', project_id: PROJECT },
    ]);
    const { id } = json.floatingip;
    expect((await compute.ask('GET', '/v2.1/os-floating-ips')).json.floating_ips).toMatchObject([{ id, ip: '203.0.113.1' }]);
    expect((await get('/floatingips?floating_ip_address=203.0.113.1')).floatingips).toEqual([json.floatingip]);
    expect((await ask('PUT', `/v2.0/floatingips/${id}`, { floatingip: { port_id: null } })).json).toEqual(json);
    expect((await ask('PUT', `/v2.0/floatingips/${id}`, { floatingip: { port_id: NOBODY } })).status).toBe(404);
    expect((await ask('DELETE', `/v2.0/floatingips/${id}`)).status).toBe(204);
    expect((await get('/floatingips')).floatingips).toEqual([]);
  });

  it('are of networks that exist', async () => {
    expect(refusal(await ask('POST', '/v2.0/floatingips', { floatingip: { floating_network_id: NOBODY } }))).toEqual([
      404,
      'HTTPNotFound',
      expect.stringMatching(/Network/),
    ]);
    expect(refusal(await ask('POST', '/v2.0/floatingips', { floatingip: {} }))).toEqual([
      400,
      'HTTPBadRequest',
      expect.stringMatching(/floating_network_id/),
    ]);
  });
});
