import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ComputeApiFixture, computeApiFixture, PROJECT } from './compute-api.fixture.js';
import { addHost, HOST } from './played-host.fixture.js';

let api: ComputeApiFixture;
beforeAll(async () => {
  api = await computeApiFixture();
});
afterAll(() => api?.stop());

const UNKNOWN = '99999999-0000-4000-8000-000000000000';
const act = (id: string, body: object, { token = 'member', version }: { token?: string; version?: string } = {}) =>
  api.ask('POST', `/v2.1/servers/${id}/action`, { body, token, ...(version !== undefined && { version }) });
const statusOf = async (id: string) => (await api.ask('GET', `/v2.1/servers/${id}`)).json.server.status;
const flavorOf = async (id: string) => (await api.ask('GET', `/v2.1/servers/${id}`)).json.server.flavor.id;

describe('a resize', () => {
  it('asks the tree for the whole flavor, under the quota of the server’s project and user', async () => {
    const id = await api.boot();
    const limits = { body: { quota_set: { cores: 7 } }, token: 'admin' };
    expect((await api.ask('PUT', `/v2.1/os-quota-sets/${PROJECT}?user_id=alice`, limits)).status).toBe(200);
    expect((await act(id, { resize: { flavorRef: '2', 'OS-DCF:diskConfig': 'AUTO' } })).status).toBe(202);
    expect(api.gateway.moved.at(-1)).toMatchObject({
      uuid: id,
      request: { action: 'resize', flavor: { flavorId: '2', name: 'm1.small', memoryMb: 2048, vcpus: 1 } },
      limits: { cores: 20, user: { cores: 7 } },
    });
    const shown = (await api.ask('GET', `/v2.1/servers/${id}`)).json.server;
    expect(shown).toMatchObject({ status: 'VERIFY_RESIZE', flavor: { id: '2' }, 'OS-DCF:diskConfig': 'AUTO' });
  });

  it('is confirmed or reverted once, and otherwise refused in Nova’s words', async () => {
    const [one, two] = [await api.boot(), await api.boot()];
    const early = await act(one, { confirmResize: null });
    expect([early.status, early.json.conflictingRequest.message]).toEqual([
      409,
      `Cannot 'confirmResize' instance ${one} while it is in vm_state active`,
    ]);
    expect((await act(one, { revertResize: null })).status).toBe(409);
    for (const id of [one, two]) expect((await act(id, { resize: { flavorRef: '2' } })).status).toBe(202);
    expect((await act(one, { resize: { flavorRef: '1' } })).status).toBe(409);
    expect((await act(one, { confirmResize: null })).status).toBe(204);
    expect((await act(two, { revertResize: null })).status).toBe(202);
    expect([await statusOf(one), await flavorOf(one), await statusOf(two)]).toEqual(['ACTIVE', '2', 'ACTIVE']);
  });

  it('is refused for a flavor or a server that is not there, and for a body that says something else', async () => {
    const id = await api.boot();
    const status = async (resize: unknown) => (await act(id, { resize })).status;
    expect(await status({ flavorRef: 'unknown' })).toBe(400);
    expect(await status({ flavorRef: '' })).toBe(400);
    expect(await status({ flavorRef: null })).toBe(400);
    expect(await status({ flavorRef: '2', host: 'h1' })).toBe(400);
    expect(await status({ flavorRef: '2', 'OS-DCF:diskConfig': 'maybe' })).toBe(400);
    expect(await status({})).toBe(400);
    expect((await act(UNKNOWN, { resize: { flavorRef: '2' } })).status).toBe(404);
    expect((await act(id, { resize: { flavorRef: '2' } }, { token: 'other' })).status).toBe(404);
    expect((await act(id, { resize: { flavorRef: '2' } }, { token: 'reader' })).status).toBe(403);
  });
});

describe('a cold migration', () => {
  it('is for those who manage servers, whatever stands in its body before hosts could be named', async () => {
    const id = await api.boot();
    expect((await act(id, { migrate: null })).status).toBe(403);
    expect((await act(id, { migrate: { host: 'h9' } }, { token: 'admin', version: '2.55' })).status).toBe(202);
    expect(api.gateway.moved.at(-1)?.request).toEqual({ action: 'migrate' });
    expect((await act(id, { migrate: null }, { token: 'admin' })).status).toBe(409);
    expect((await act(id, { revertResize: null })).status).toBe(202);
  });

  it('goes to the host that is named, when that is a host of the server’s cell', async () => {
    const id = await api.boot();
    await addHost(api.dataSource, 'api!west', 'w1');
    const migrate = (host: string | null) => act(id, { migrate: { host } }, { token: 'admin', version: '2.56' });
    const message = async (host: string) => {
      const { status, json } = await migrate(host);
      return [status, json.badRequest.message];
    };
    expect(await message('nowhere')).toEqual([400, 'Compute host nowhere could not be found.']);
    expect(await message('node-1.example_a.org')).toEqual([400, 'Compute host node-1.example_a.org could not be found.']);
    for (const bad of ['', 'a b', 'h'.repeat(256)]) expect((await message(bad))[1]).toContain('Invalid input for field/attribute host');
    expect(await message('w1')).toEqual([
      400,
      expect.stringContaining(`Compute host w1 is in cell api!west, the server is in ${HOST.cellPath}`),
    ]);
    expect((await act(id, { migrate: {}, x: 1 }, { token: 'admin', version: '2.56' })).status).toBe(400);
    expect((await act(id, { migrate: { hosts: 'h1' } }, { token: 'admin', version: '2.56' })).status).toBe(400);
    expect((await migrate(HOST.host)).status).toBe(202);
    expect(api.gateway.moved.at(-1)?.request).toEqual({ action: 'migrate', host: HOST.host });
  });
});
