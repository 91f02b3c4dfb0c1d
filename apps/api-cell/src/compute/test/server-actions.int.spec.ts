import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ComputeApiFixture, computeApiFixture } from './compute-api.fixture.js';

let api: ComputeApiFixture;
beforeAll(async () => {
  api = await computeApiFixture();
});
afterAll(() => api?.stop());

describe('actions', () => {
  it('stop, start and reboot, and are recorded', async () => {
    const uuid = await api.boot();
    const act = (body: object) => api.ask('POST', `/v2.1/servers/${uuid}/action`, { body });
    expect(await act({ 'os-stop': null })).toMatchObject({ status: 202, text: '' });
    const refused = await act({ 'os-stop': null });
    expect([refused.status, refused.json.conflictingRequest.message]).toEqual([
      409,
      `Cannot 'stop' instance ${uuid} while it is in vm_state stopped`,
    ]);
    expect((await act({ 'os-start': null })).status).toBe(202);
    expect((await act({ reboot: { type: 'SOFT' } })).status).toBe(202);

    const { instanceActions } = (await api.ask('GET', `/v2.1/servers/${uuid}/os-instance-actions`, { version: '2.58' })).json;
    expect(instanceActions.map((one: { action: string }) => one.action).sort()).toEqual(['create', 'reboot', 'start', 'stop']);
    const [{ request_id: requestId }] = instanceActions;
    const events = async (token: string, version: string) =>
      (await api.ask('GET', `/v2.1/servers/${uuid}/os-instance-actions/${requestId}`, { token, version })).json.instanceAction.events;
    expect(await events('member', '2.50')).toBeUndefined();
    expect(Object.keys((await events('member', '2.51'))[0])).not.toContain('traceback');
    expect((await events('admin', '2.84'))[0]).toMatchObject({ host: 'h1', result: 'Success', traceback: null, details: null });
  });

  it('refuse what is none', async () => {
    const uuid = await api.boot();
    const act = (body: unknown) => api.ask('POST', `/v2.1/servers/${uuid}/action`, { body });
    expect((await act({ fly: {} })).json.badRequest.message).toBe('There is no such action: fly');
    expect((await act({ a: 1, b: 2 })).json.badRequest.message).toBe('Malformed request body');
    expect((await act({ reboot: { type: 'WARM' } })).json.badRequest.message).toContain(
      'Invalid input for field/attribute type. Value: WARM.',
    );
  });

  it('pause, suspend and set a password, each where it is allowed', async () => {
    const uuid = await api.boot();
    const act = async (body: object, version = '2.1', token = 'member') =>
      (await api.ask('POST', `/v2.1/servers/${uuid}/action`, { body, version, token })).status;
    const status = async () => (await api.ask('GET', `/v2.1/servers/${uuid}`)).json.server.status;
    expect([await act({ unpause: null }), await act({ pause: null }), await act({ pause: null }), await status()]).toEqual([
      409,
      202,
      409,
      'PAUSED',
    ]);
    expect([await act({ unpause: null }), await act({ suspend: null }), await status()]).toEqual([202, 202, 'SUSPENDED']);
    expect([await act({ changePassword: { adminPass: 'secret' } }), await act({ resume: null }), await status()]).toEqual([
      409,
      202,
      'ACTIVE',
    ]);
    expect([await act({ changePassword: { adminPass: 'secret' } }), await act({ changePassword: {} })]).toEqual([202, 400]);
    expect([await act({ trigger_crash_dump: null }, '2.16'), await act({ trigger_crash_dump: null }, '2.17')]).toEqual([404, 202]);
    const reset = { 'os-resetState': { state: 'error' } };
    expect([await act(reset), await act(reset, '2.1', 'admin'), await status()]).toEqual([403, 202, 'ERROR']);
    expect(await act({ 'os-resetState': { state: 'deleted' } }, '2.1', 'admin')).toBe(400);
  });

  it('are refused while the server is locked, but for an administrator', async () => {
    const uuid = await api.boot();
    const path = `/v2.1/servers/${uuid}`;
    const act = (body: object, version = '2.1', token = 'member') => api.ask('POST', `${path}/action`, { body, version, token });
    const shown = async (version: string) => {
      const { locked, locked_reason: reason } = (await api.ask('GET', path, { version })).json.server;
      return [locked, reason];
    };
    expect(await shown('2.73')).toEqual([false, null]);
    expect((await act({ lock: { locked_reason: 'mine' } }, '2.73')).status).toBe(202);
    expect([await shown('2.8'), await shown('2.9'), await shown('2.73')]).toEqual([
      [undefined, undefined],
      [true, undefined],
      [true, 'mine'],
    ]);
    expect((await act({ lock: { why: 'mine' } }, '2.73')).status).toBe(400);
    const refused = [
      await act({ 'os-stop': null }),
      await api.ask('POST', `${path}/metadata`, { body: { metadata: { a: 'b' } } }),
      await api.ask('DELETE', path),
    ];
    for (const { status, json } of refused) expect([status, json.conflictingRequest.message]).toEqual([409, `Instance ${uuid} is locked`]);
    const listed = async (locked: boolean) =>
      (await api.ask('GET', `/v2.1/servers?locked=${locked}`, { version: '2.73' })).json.servers.map((one: { id: string }) => one.id);
    expect([(await listed(true)).includes(uuid), (await listed(false)).includes(uuid)]).toEqual([true, false]);
    expect((await act({ 'os-stop': null }, '2.1', 'admin')).status).toBe(202);
    expect([(await act({ unlock: null })).status, await shown('2.73')]).toEqual([202, [false, null]]);
    expect((await api.ask('DELETE', path)).status).toBe(204);
  });

  it('give the console', async () => {
    const uuid = await api.boot();
    const consoleOf = async (options: object) =>
      (await api.ask('POST', `/v2.1/servers/${uuid}/action`, { body: { 'os-getConsoleOutput': options } })).json;
    expect(await consoleOf({})).toEqual({ output: 'one\ntwo\nthree' });
    expect(await consoleOf({ length: 1 })).toEqual({ output: 'three' });
    expect(await consoleOf({ length: '-1' })).toEqual({ output: 'one\ntwo\nthree' });
  });
});

describe('metadata and tags', () => {
  it('are written and read one by one and together', async () => {
    const uuid = await api.boot({ metadata: { a: '1' } });
    const path = `/v2.1/servers/${uuid}/metadata`;
    expect((await api.ask('POST', path, { body: { metadata: { b: '2' } } })).json).toEqual({ metadata: { a: '1', b: '2' } });
    expect((await api.ask('PUT', `${path}/c`, { body: { meta: { c: '3' } } })).json).toEqual({ meta: { c: '3' } });
    expect((await api.ask('DELETE', `${path}/a`)).status).toBe(204);
    expect((await api.ask('GET', `${path}/a`)).status).toBe(404);
    expect((await api.ask('GET', path)).json).toEqual({ metadata: { b: '2', c: '3' } });
    expect((await api.ask('GET', `/v2.1/servers/${uuid}`)).json.server.metadata).toEqual({ b: '2', c: '3' });

    const tags = `/v2.1/servers/${uuid}/tags`;
    expect((await api.ask('PUT', `${tags}/blue`, { version: '2.26' })).status).toBe(201);
    expect((await api.ask('PUT', `${tags}/blue`, { version: '2.26' })).status).toBe(204);
    expect((await api.ask('GET', `${tags}/blue`, { version: '2.26' })).status).toBe(204);
    expect((await api.ask('GET', `${tags}/red`, { version: '2.26' })).status).toBe(404);
    expect((await api.ask('GET', tags, { version: '2.26' })).json).toEqual({ tags: ['blue'] });
  });

  it('of one server survive writers at the same time', async () => {
    const uuid = await api.boot();
    const keys = Array.from({ length: 8 }, (_, index) => `k${index}`);
    await Promise.all(keys.map(key => api.ask('PUT', `/v2.1/servers/${uuid}/metadata/${key}`, { body: { meta: { [key]: 'v' } } })));
    expect(Object.keys((await api.ask('GET', `/v2.1/servers/${uuid}/metadata`)).json.metadata).sort()).toEqual(keys);
  });
});
