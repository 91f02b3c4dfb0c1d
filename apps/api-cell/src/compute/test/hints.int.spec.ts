import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ComputeApiFixture, computeApiFixture } from './compute-api.fixture.js';
import { HOST } from './played-host.fixture.js';

let api: ComputeApiFixture;
beforeAll(async () => {
  api = await computeApiFixture();
});
afterAll(() => api.stop());

const UNKNOWN = '00000000-0000-4000-8000-000000000000';
const placesOf = async (hints: object) => {
  const body = { server: { name: 'vm', flavorRef: '1', imageRef: '11111111-2222-4333-8444-555555555555' }, 'os:scheduler_hints': hints };
  const reply = await api.ask('POST', '/v2.1/servers', { body });
  const spec = api.gateway.created.at(-1)?.spec;
  return [reply.status, spec?.sameHost, spec?.differentHost];
};

it('the hints same_host and different_host become the places of the servers that they name', async () => {
  const server = await api.boot();
  const place = 'api!east@h1';
  expect(await placesOf({})).toEqual([202, undefined, undefined]);
  expect(await placesOf({ same_host: server })).toEqual([202, [place], undefined]);
  expect(await placesOf({ different_host: [server, UNKNOWN] })).toEqual([202, undefined, [place]]);
  expect(await placesOf({ same_host: UNKNOWN, different_host: server })).toEqual([202, [], [place]]);
  expect((await placesOf({ same_host: ['web'] }))[0]).toBe(400);
});

it('a server that is not asked for yet may be a member of a group', async () => {
  const token = 'admin';
  const group = { name: 'g', policies: ['anti-affinity'] };
  const made = await api.ask('POST', '/v2.1/os-server-groups', { token, body: { server_group: group } });
  const explain = (uuid: string) =>
    api.ask('POST', '/v2.1/os-cells/explain', { token, body: { server: { flavorRef: '1', 'os:scheduler_hints': { group: uuid } } } });
  // The fixture's root publishes no flavors to cells: that it looks for one says that the group was found.
  const reply = await explain(made.json.server_group.id);
  expect([reply.status, reply.text]).toEqual([404, expect.stringContaining('Flavor 1')]);
  const unknown = await explain(UNKNOWN);
  expect([unknown.status, unknown.json.badRequest.message]).toEqual([400, `Instance group ${UNKNOWN} could not be found.`]);
});

it('a server that is not asked for yet may be wanted on a host', async () => {
  const explain = async (place: object) => {
    const reply = await api.ask('POST', '/v2.1/os-cells/explain', { token: 'admin', body: { server: { flavorRef: '1', ...place } } });
    return [reply.status, reply.text];
  };
  // As above, that it looks for the flavor says that the host was found.
  for (const place of [{ availability_zone: `nova:${HOST.host}` }, { host: HOST.host }])
    expect(await explain(place)).toEqual([404, expect.stringContaining('Flavor 1')]);
  for (const place of [{ availability_zone: 'nova:elsewhere' }, { host: 'elsewhere' }])
    expect(await explain(place)).toEqual([400, expect.stringContaining('Compute host elsewhere could not be found.')]);
});

it('administrators force the host of a new server in its zone, or name it by itself since 2.74', async () => {
  const placed = async (fields: object, token = 'admin') => {
    const server = { name: 'vm', flavorRef: '1', imageRef: '11111111-2222-4333-8444-555555555555', networks: 'none', ...fields };
    const reply = await api.ask('POST', '/v2.1/servers', { token, version: '2.74', body: { server } });
    if (reply.status !== 202) return [reply.status, (reply.json.badRequest ?? reply.json.forbidden).message];
    const { availabilityZone, onHosts, forced } = api.gateway.created.at(-1)!.spec;
    return [availabilityZone, onHosts, ...(forced === undefined ? [] : [{ forced }])];
  };
  const there = [`${HOST.cellPath}@${HOST.host}`];
  expect(await placed({ availability_zone: `nova:${HOST.host}` })).toEqual(['nova', there, { forced: true }]);
  expect(await placed({ availability_zone: `nova::${HOST.node}` })).toEqual(['nova', there, { forced: true }]);
  expect(await placed({ availability_zone: `:${HOST.host}:${HOST.node}` })).toEqual([null, there, { forced: true }]);
  expect(await placed({ availability_zone: 'nova', host: HOST.host })).toEqual(['nova', there]);
  expect(await placed({ hypervisor_hostname: HOST.node })).toEqual([null, there]);
  expect(await placed({ availability_zone: 'nova' })).toEqual(['nova', undefined]);
  expect(await placed({ host: 'elsewhere' })).toEqual([400, 'Compute host elsewhere could not be found.']);
  expect(await placed({ host: HOST.host, hypervisor_hostname: 'elsewhere' })).toEqual([
    400,
    `Compute host ${HOST.host} could not be found.`,
  ]);
  expect(await placed({ availability_zone: `mars:${HOST.host}` })).toEqual([400, 'The requested availability zone is not available']);
  expect(await placed({ availability_zone: 'a:b:c:d' })).toEqual([400, expect.stringContaining('Unable to parse availability_zone')]);
  expect(await placed({ availability_zone: `:${HOST.host}`, host: HOST.host })).toEqual([
    400,
    expect.stringContaining('mutually exclusive'),
  ]);
  for (const fields of [{ availability_zone: `nova:${HOST.host}` }, { host: HOST.host }])
    expect((await placed(fields, 'member'))[0]).toBe(403);
});
