import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ComputeApiFixture, computeApiFixture } from './compute-api.fixture.js';

const UNKNOWN = '00000000-0000-4000-8000-000000000000';

let api: ComputeApiFixture;
let placed: string;
let waiting: string;
beforeAll(async () => {
  api = await computeApiFixture();
  placed = await api.boot();
  api.gateway.instant = false;
  waiting = await api.boot();
});
afterAll(() => api.stop());

const post = (path: string, body: unknown, version = '2.93', token = 'admin') => api.ask('POST', `/v2.1/${path}`, { token, version, body });
const events = (...told: object[]) => post('os-server-external-events', { events: told });

describe('an external event', () => {
  it('is taken of a server that is on a host', async () => {
    const event = { server_uuid: placed, name: 'network-changed', tag: 'port' };
    const reply = await events(event);
    expect([reply.status, reply.json]).toEqual([200, { events: [{ ...event, status: 'completed', code: 200 }] }]);
  });

  it('is answered by itself: those that are not taken make it a 207', async () => {
    const name = 'network-vif-plugged';
    const reply = await events(
      { server_uuid: placed, name, status: 'completed' },
      { server_uuid: UNKNOWN, name },
      { server_uuid: waiting, name },
      { server_uuid: placed, name: 'volume-extended' },
    );
    expect([reply.status, reply.json.events.map(({ code, status }: { code: number; status: string }) => [code, status])]).toEqual([
      207,
      [
        [200, 'completed'],
        [404, 'failed'],
        [422, 'failed'],
        [400, 'failed'],
      ],
    ]);
  });

  it.each([
    ['volume-extended', '2.50', '2.51'],
    ['power-update', '2.75', '2.76'],
    ['accelerator-request-bound', '2.81', '2.82'],
    ['volume-reimaged', '2.92', '2.93'],
  ])('%s is unknown at %s and known at %s', async (name, before, since) => {
    const body = { events: [{ server_uuid: placed, name, tag: 'x' }] };
    expect((await post('os-server-external-events', body, before)).status).toBe(400);
    expect((await post('os-server-external-events', body, since)).status).toBe(200);
  });

  it.each([
    [{}],
    [{ events: [] }],
    [{ events: [{ name: 'network-changed' }] }],
    [{ events: [{ server_uuid: 'x', name: 'network-changed' }] }],
    [{ events: [{ server_uuid: UNKNOWN, name: 'network-changed', status: 'done' }] }],
    [{ events: [{ server_uuid: UNKNOWN, name: 'network-changed', extra: 1 }] }],
  ])('is refused as %j', async body => {
    expect((await post('os-server-external-events', body)).status).toBe(400);
  });

  it('is told by services only', async () => {
    expect((await post('os-server-external-events', { events: [] }, '2.1', 'member')).status).toBe(403);
  });
});

describe('an assisted snapshot', () => {
  const info = { snapshot_id: 's1', type: 'qcow2', new_file: 'new' };
  const create = (snapshot: object) => post('os-assisted-volume-snapshots', { snapshot });
  const remove = (query: string) => api.ask('DELETE', `/v2.1/os-assisted-volume-snapshots/s1${query}`, { token: 'admin' });

  it('is refused of a volume that is attached nowhere', async () => {
    const reply = await create({ volume_id: UNKNOWN, create_info: info });
    expect([reply.status, reply.json.badRequest.message]).toEqual([400, `No volume Block Device Mapping with id ${UNKNOWN}.`]);
    const removed = await remove(`?delete_info=${encodeURIComponent(JSON.stringify({ volume_id: UNKNOWN }))}`);
    expect([removed.status, removed.json.badRequest.message]).toEqual([400, `No volume Block Device Mapping with id ${UNKNOWN}.`]);
  });

  it('names what is wrong with the request', async () => {
    const wrong = await create({ volume_id: UNKNOWN, create_info: { ...info, type: 'raw' } });
    expect([wrong.status, wrong.json.badRequest.message]).toEqual([400, expect.stringContaining("'raw' is not one of")]);
    expect((await create({ volume_id: UNKNOWN })).json.badRequest.message).toContain("'create_info' is a required property");
    expect((await remove('')).json.badRequest.message).toContain("'delete_info' is a required property");
    expect((await remove('?delete_info=x')).json.badRequest.message).toContain('delete_info');
  });

  it('is ordered by services only', async () => {
    expect((await post('os-assisted-volume-snapshots', {}, '2.1', 'member')).status).toBe(403);
  });
});
