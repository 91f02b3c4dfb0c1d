import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ComputeApiFixture, computeApiFixture } from './compute-api.fixture.js';

const UUID = '99999999-8888-4777-8666-555555555555';
const H1 = { host: 'h1', binary: 'nova-compute' };

let api: ComputeApiFixture;
beforeAll(async () => {
  api = await computeApiFixture();
});
afterAll(() => api.stop());

const put = (path: string, version: string, body: object, token = 'admin') =>
  api.ask('PUT', `/v2.1/os-services/${path}`, { token, version, body });
const shown = async (version = '2.53', query = '') =>
  (await api.ask('GET', `/v2.1/os-services${query}`, { token: 'admin', version })).json.services;
const refused = (status: number, message: string) => [status, expect.stringContaining(message)];
const fault = ({ status, json }: Awaited<ReturnType<typeof put>>) => {
  const [told] = Object.values(json as Record<string, { message: string }>);
  return [status, told?.message];
};

describe('a compute service before 2.53', () => {
  it('is disabled, with or without a reason, and enabled, by the name of its host', async () => {
    const disabled = await put('disable', '2.1', H1);
    expect([disabled.status, disabled.json]).toEqual([200, { service: { ...H1, status: 'disabled' } }]);
    expect((await shown())[0]).toMatchObject({ status: 'disabled', disabled_reason: null });
    const told = await put('disable-log-reason', '2.52', { ...H1, disabled_reason: 'new disks' });
    expect(told.json).toEqual({ service: { ...H1, status: 'disabled', disabled_reason: 'new disks' } });
    expect((await shown('2.1'))[0]).toMatchObject({ id: 1, status: 'disabled', disabled_reason: 'new disks' });
    expect((await api.ask('GET', '/v2.1/os-availability-zone')).json.availabilityZoneInfo[0].zoneState).toEqual({ available: false });
    expect((await put('enable', '2.1', H1)).json).toEqual({ service: { ...H1, status: 'enabled' } });
    expect((await shown())[0]).toMatchObject({ status: 'enabled', disabled_reason: null });
  });

  it('is forced down from 2.11 on', async () => {
    expect((await put('force-down', '2.11', { ...H1, forced_down: true })).json).toEqual({ service: { ...H1, forced_down: true } });
    expect((await shown('2.11'))[0]).toMatchObject({ state: 'down', forced_down: true });
    expect('forced_down' in (await shown('2.10'))[0]).toBe(false);
    const [hypervisor] = (await api.ask('GET', '/v2.1/os-hypervisors', { token: 'admin' })).json.hypervisors;
    expect(hypervisor.state).toBe('down');
    await put('force-down', '2.52', { ...H1, forced_down: 'false' });
    expect((await shown('2.11'))[0]).toMatchObject({ state: 'up', forced_down: false });
    expect(fault(await put('force-down', '2.11', H1))).toEqual(refused(400, 'Missing forced_down field'));
  });

  it.each([
    ['elsewhere', '2.1', H1, 404, 'Unknown action'],
    ['force-down', '2.10', H1, 404, 'Unknown action'],
    ['disable', '2.1', { ...H1, host: 'h9' }, 404, "Host 'h9' is not mapped to any cell"],
    ['disable', '2.1', { ...H1, binary: 'nova-conductor' }, 400, 'Only nova-compute services can be updated'],
    ['disable', '2.1', { host: 'h1' }, 400, "'binary' is a required property"],
    ['disable', '2.10', { ...H1, forced_down: true }, 400, "'forced_down' was unexpected"],
    ['disable-log-reason', '2.1', H1, 400, 'Missing disabled reason field'],
    ['disable-log-reason', '2.1', { ...H1, disabled_reason: '' }, 400, 'disabled_reason'],
  ])('refuses %s at %s of %j', async (path, version, body, status, message) => {
    expect(fault(await put(path, version, body))).toEqual(refused(status, message));
  });
});

describe('a compute service from 2.53', () => {
  it('is updated by its uuid, and shown whole', async () => {
    const reply = await put(UUID, '2.53', { status: 'disabled', disabled_reason: 'broken', forced_down: true });
    expect([reply.status, reply.json.service]).toMatchObject([
      200,
      { id: UUID, host: 'h1', status: 'disabled', disabled_reason: 'broken', state: 'down', forced_down: true },
    ]);
    expect(await shown()).toEqual([reply.json.service]);
    const back = await put(UUID, '2.53', { status: 'enabled', forced_down: false });
    expect(back.json.service).toMatchObject({ status: 'enabled', disabled_reason: null, state: 'up' });
  });

  it.each([
    ['no-uuid', { status: 'enabled' }, 400, 'Invalid uuid no-uuid'],
    ['00000000-0000-4000-8000-000000000000', { status: 'enabled' }, 404, 'could not be found'],
    [UUID, { status: 'enabled', disabled_reason: 'x' }, 400, "Specifying 'disabled_reason' with status 'enabled' is invalid."],
    [UUID, {}, 400, 'No updates were requested'],
    [UUID, { disabled_reason: 'x' }, 400, 'No updates were requested'],
    [UUID, { status: 'off' }, 400, 'status'],
    [UUID, { host: 'h1', status: 'enabled' }, 400, "'host' was unexpected"],
  ])('refuses of %s %j', async (id, body, status, message) => {
    expect(fault(await put(id, '2.53', body))).toEqual(refused(status, message));
  });

  it('is for administrators', async () => {
    expect((await put(UUID, '2.53', { status: 'disabled' }, 'member')).status).toBe(403);
    expect((await put('disable', '2.1', H1, 'auditor')).status).toBe(403);
    expect((await api.ask('DELETE', `/v2.1/os-services/${UUID}`, { version: '2.53' })).status).toBe(403);
  });
});

describe('the list of services', () => {
  it('is filtered by host and binary', async () => {
    expect(await shown('2.1', '?host=h1&binary=nova-compute')).toHaveLength(1);
    expect(await shown('2.1', '?host=h2')).toEqual([]);
    expect(await shown('2.1', '?binary=nova-conductor')).toEqual([]);
    expect(await shown('2.1', '?xxx=nova-compute')).toHaveLength(1);
  });

  it('tells little of a service in a cell that is not heard of, from 2.69 on', async () => {
    await api.clock.advance(200_000);
    expect(await shown('2.69')).toEqual([{ binary: 'nova-compute', host: 'h1', status: 'UNKNOWN' }]);
    expect(await shown('2.68')).toMatchObject([{ host: 'h1', status: 'enabled', state: 'down' }]);
    await api.dataSource.query('UPDATE host_mirrors SET told_at = ?', [api.clock.now()]);
    expect(await shown('2.69')).toMatchObject([{ status: 'enabled', state: 'up' }]);
  });
});

describe('deleting a service', () => {
  const remove = (id: string, version: string) => api.ask('DELETE', `/v2.1/os-services/${id}`, { token: 'admin', version });

  it('is refused while its host has servers', async () => {
    const server = await api.boot();
    expect(fault(await remove(UUID, '2.53'))).toEqual(refused(409, 'Unable to delete compute service that is hosting instances.'));
    await api.ask('DELETE', `/v2.1/servers/${server}`);
  });

  it.each([
    ['no-uuid', '2.53', 400],
    ['x', '2.1', 400],
    ['00000000-0000-4000-8000-000000000000', '2.53', 404],
    ['77', '2.1', 404],
  ])('is refused of %s at %s', async (id, version, status) => {
    expect((await remove(id, version)).status).toBe(status);
  });

  it('takes the host out of its aggregates too', async () => {
    const admin = { token: 'admin' };
    const made = await api.ask('POST', '/v2.1/os-aggregates', { ...admin, body: { aggregate: { name: 'fast' } } });
    const path = `/v2.1/os-aggregates/${made.json.aggregate.id}`;
    await api.ask('POST', `${path}/action`, { ...admin, body: { add_host: { host: 'h1' } } });
    const reply = await remove(UUID, '2.53');
    expect([reply.status, reply.text]).toEqual([204, '']);
    expect(await shown()).toEqual([]);
    expect((await api.ask('GET', '/v2.1/os-hypervisors', admin)).json.hypervisors).toEqual([]);
    expect((await api.ask('GET', path, admin)).json.aggregate.hosts).toEqual([]);
    expect((await remove(UUID, '2.53')).status).toBe(404);
  });
});
