import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ComputeApiFixture, computeApiFixture, IMAGE, PROJECT } from '../../compute/test/compute-api.fixture.js';
import { computeApi } from './compute-endpoints.js';
import { nameOf } from './endpoint.js';
import { holdToAccount } from './hold-to-account.js';
import { type Heard, Judge } from './judge.js';
import { NOBODY, Targets } from './targets.js';

/** `{"itemNotFound":{"code":404,"message":"…"}}`, or the page of a path that nothing has. */
const isFault = ({ status, text }: Heard): boolean => {
  if (status === 404 && text.startsWith('<html>')) return true;
  const [fault, ...more] = Object.values<unknown>(JSON.parse(text));
  if (more.length > 0 || typeof fault !== 'object' || fault === null || !('code' in fault && 'message' in fault)) return false;
  return fault.code === status && typeof fault.message === 'string' && fault.message !== '';
};

let fixture: ComputeApiFixture;
let judge: Judge;
let targets: Targets;

beforeAll(async () => {
  fixture = await computeApiFixture();
  judge = await Judge.of({ origin: fixture.origin, dataSource: fixture.dataSource, isFault });
  targets = new Targets(computeApi, sent => judge.ask(sent));
  const unlimited = { quota_set: { instances: -1, cores: -1, ram: -1, key_pairs: -1, server_groups: -1, metadata_items: -1 } };
  expect((await fixture.ask('PUT', `/v2.1/os-quota-sets/${PROJECT}`, { token: 'admin', body: unlimited })).status).toBe(200);
});
afterAll(() => fixture.stop());

it.each(computeApi.endpoints.map(endpoint => [nameOf(endpoint), endpoint] as const))(
  '%s answers every request, refuses with a fault, and changes nothing then',
  async (_, endpoint) => {
    await expect(holdToAccount(endpoint, computeApi, judge, targets)).resolves.toBeUndefined();
  },
);

it('what the table of routes can make is there to be asked for', async () => {
  for (const path of ['/servers/:id', '/flavors/:id', '/os-aggregates/:id', '/os-keypairs/:id', '/os-server-groups/:id']) {
    expect(await targets.pathOf({ method: 'GET', path, query: {} })).not.toContain(NOBODY);
  }
});

it('what is called by characters that no name has is not there, wherever it is named', async () => {
  const odd = encodeURIComponent('é😀');
  for (const path of [`/servers/${odd}`, `/flavors/${odd}`, `/os-keypairs/${odd}`, `/os-server-groups/${odd}`]) {
    expect([path, (await fixture.ask('GET', `/v2.1${path}`)).status]).toEqual([path, 404]);
  }
  const create = { server: { name: 'vm', imageRef: IMAGE, flavorRef: 'é😀' } };
  expect((await fixture.ask('POST', '/v2.1/servers', { body: create })).status).toBe(400);
  for (const name of ['marker', 'flavor', 'host', 'project_id', 'key_name', 'image']) {
    const { status, json } = await fixture.ask('GET', `/v2.1/servers?all_tenants=1&${name}=${odd}`, { token: 'admin' });
    expect([name, status === 400 || json.servers.length === 0]).toEqual([name, true]);
  }
});
