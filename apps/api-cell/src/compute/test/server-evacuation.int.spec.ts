import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { HostMirrorRow } from '#database';
import { type ComputeApiFixture, computeApiFixture } from './compute-api.fixture.js';
import { HOST } from './played-host.fixture.js';

let api: ComputeApiFixture;
beforeAll(async () => {
  api = await computeApiFixture();
  const [mirror] = await api.dataSource.manager.find(HostMirrorRow);
  const other = (cellPath: string, host: string, uuid: string) => ({ ...mirror!, id: undefined, uuid, cellPath, host });
  for (const row of [other(HOST.cellPath, 'h2', UUIDS[0]!), other('api!west', 'w1', UUIDS[1]!)])
    await api.dataSource.manager.insert(HostMirrorRow, row as unknown as HostMirrorRow);
});
afterAll(() => api?.stop());
beforeEach(() => setUp(false));

const UUIDS = ['99999999-0000-4000-8000-000000000001', '99999999-0000-4000-8000-000000000002'];
const setUp = (up: boolean) => api.dataSource.manager.update(HostMirrorRow, { host: HOST.host }, { up });
const evacuate = (id: string, evacuate: object, { token = 'admin', version = '2.96' } = {}) =>
  api.ask('POST', `/v2.1/servers/${id}/action`, { body: { evacuate }, token, version });

describe('an evacuation', () => {
  it('asks the tree for the image, the password and, from 2.95, that the server stays off', async () => {
    const id = await api.boot();
    const { status, text } = await evacuate(id, { adminPass: 'secret' });
    expect([status, text]).toEqual([200, '']);
    const { image } = api.gateway.created.at(-1)!.spec;
    const evacuation = { adminPassword: 'secret', staysOff: true, image: { id: image!.id, sha512: image!.sha512 } };
    expect(api.gateway.moved.at(-1)).toMatchObject({ uuid: id, request: { action: 'evacuate', evacuation } });
    expect((await evacuate(id, {}, { version: '2.94' })).status).toBe(200);
    expect(api.gateway.moved.at(-1)).toMatchObject({ request: { evacuation: { staysOff: false } } });
  });

  it('answers with the password before 2.14, where it has to say that the hosts share no disks', async () => {
    const id = await api.boot();
    const old = (body: object) => evacuate(id, body, { version: '2.13' });
    expect((await old({})).status).toBe(400);
    expect((await old({ onSharedStorage: 'True' })).json.badRequest.message).toContain('onSharedStorage');
    expect((await old({ onSharedStorage: false, adminPass: 'mine' })).json).toEqual({ adminPass: 'mine' });
    const { adminPass } = (await old({ onSharedStorage: false })).json;
    expect(api.gateway.moved.at(-1)?.request.evacuation?.adminPassword).toBe(adminPass);
    expect((await evacuate(id, { onSharedStorage: false }, { version: '2.14' })).status).toBe(400);
  });

  it('goes to the host that is named, when that is another host of the server’s cell', async () => {
    const id = await api.boot();
    const message = async (host: string) => Object.values<{ message: string }>((await evacuate(id, { host })).json)[0]!.message;
    expect((await evacuate(id, { host: 'nowhere' })).status).toBe(404);
    expect(await message('nowhere')).toBe('Compute host nowhere not found.');
    expect(await message(HOST.host)).toBe("The target host can't be the same one.");
    expect(await message('w1')).toContain('Compute host w1 is in cell api!west');
    expect((await evacuate(id, { host: 'h2' })).status).toBe(200);
    expect(api.gateway.moved.at(-1)?.request.host).toBe('h2');
  });

  it('may be forced to a host from 2.29 to 2.67', async () => {
    const id = await api.boot();
    const force = async (version: string, body: object = { host: 'h2' }) =>
      (await evacuate(id, { force: true, ...body }, { version })).status;
    expect([await force('2.28'), await force('2.29'), await force('2.67'), await force('2.68')]).toEqual([400, 200, 200, 400]);
    expect(await force('2.29', {})).toBe(400);
  });

  it('is carried out of a host that its cell has long told nothing of, as the list of services has it', async () => {
    const id = await api.boot();
    await setUp(true);
    const shown = async () => (await api.ask('GET', `/v2.1/servers/${id}`, { token: 'admin', version: '2.16' })).json.server.host_status;
    const service = async () => (await api.ask('GET', `/v2.1/os-services?host=${HOST.host}`, { token: 'admin' })).json.services[0].state;
    await api.clock.advance(179_000);
    expect([await shown(), await service()]).toEqual(['UP', 'up']);
    await api.clock.advance(2000);
    expect([await shown(), await service()]).toEqual(['UNKNOWN', 'down']);
    expect((await evacuate(id, {})).status).toBe(200);
    await api.dataSource.query('UPDATE host_mirrors SET told_at = ?', [api.clock.now()]);
  });

  it('is shown with the age of what is known of it, while nobody hears of its host', async () => {
    const id = await api.boot();
    await setUp(true);
    await api.dataSource.query('UPDATE host_mirrors SET told_at = ?', [api.clock.now()]);
    await api.clock.advance(2000);
    const ages = async () => {
      const answers = await Promise.all([`/v2.1/servers/${id}`, '/v2.1/servers/detail'].map(path => api.ask('GET', path)));
      return answers.map(({ status, headers }) => [status, headers.get('x-canopy-state-age')]);
    };
    expect(await ages()).toEqual([
      [200, null],
      [200, null],
    ]);
    await api.clock.advance(198_000);
    expect(await ages()).toEqual([
      [200, '200'],
      [200, '200'],
    ]);
    await api.dataSource.query('UPDATE host_mirrors SET told_at = ?, up = 0, last_seen_at = ?', [
      api.clock.now(),
      api.clock.now() - 21_000,
    ]);
    await api.clock.advance(2000);
    expect((await ages())[0]).toEqual([200, '23']);
    await setUp(true);
  });

  it('is refused while the host is up, in other states, and to others than administrators', async () => {
    const id = await api.boot();
    await setUp(true);
    const used = await evacuate(id, {});
    expect([used.status, used.json.badRequest.message]).toEqual([400, `Compute service of ${HOST.host} is still in use.`]);
    expect((await evacuate(id, {}, { token: 'member' })).status).toBe(403);
    expect((await evacuate(UUIDS[0]!, {})).status).toBe(404);
    await api.ask('POST', `/v2.1/servers/${id}/action`, { body: { pause: null }, token: 'member' });
    await setUp(false);
    const paused = await evacuate(id, {});
    expect([paused.status, paused.json.conflictingRequest.message]).toEqual([
      409,
      `Cannot 'evacuate' instance ${id} while it is in vm_state paused`,
    ]);
  });
});
