import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ComputeApiFixture, computeApiFixture, IMAGE } from './compute-api.fixture.js';

let api: ComputeApiFixture;
beforeAll(async () => {
  api = await computeApiFixture();
});
afterAll(() => api?.stop());

const act = (id: string, body: object, version?: string) =>
  api.ask('POST', `/v2.1/servers/${id}/action`, { body, ...(version !== undefined && { version }) });
const UNKNOWN = '99999999-0000-4000-8000-000000000000';

describe('a rebuild', () => {
  it('is of another name, metadata and password, which the answer shows', async () => {
    const id = await api.boot({ metadata: { old: 'x' } });
    const rebuild = { imageRef: IMAGE, name: 'anew', metadata: { a: 'b' }, adminPass: 'secret', accessIPv4: '192.0.2.7' };
    const reply = await act(id, { rebuild });
    expect([reply.status, reply.headers.get('location')]).toEqual([202, expect.stringContaining(`/servers/${id}`)]);
    const wanted = { id, name: 'anew', metadata: { a: 'b' }, adminPass: 'secret', accessIPv4: '192.0.2.7', image: { id: IMAGE } };
    expect(reply.json.server).toMatchObject(wanted);
    expect(reply.json.server).not.toHaveProperty('user_data');
    expect(api.gateway.acted.at(-1)).toMatchObject({
      name: 'rebuild',
      spec: { instanceUuid: id, name: 'anew', metadata: { a: 'b' }, adminPassword: 'secret', image: { id: IMAGE } },
    });
  });

  it('keeps what it does not name, and takes away what is null, from the versions that know it', async () => {
    const id = await api.boot({ metadata: { old: 'x' }, user_data: 'aGk=' });
    const kept = await act(id, { rebuild: { imageRef: IMAGE } }, '2.57');
    expect(kept.json.server).toMatchObject({ name: 'vm', metadata: { old: 'x' }, user_data: 'aGk=', key_name: null });
    expect(kept.json.server.adminPass).toMatch(/^\w{12}$/);
    const gone = await act(id, { rebuild: { imageRef: IMAGE, user_data: null, key_name: null, description: 'd' } }, '2.57');
    expect(gone.json.server).toMatchObject({ user_data: null, key_name: null, description: 'd' });
    const asAdmin = await api.ask('POST', `/v2.1/servers/${id}/action`, {
      token: 'admin',
      version: '2.75',
      body: { rebuild: { imageRef: IMAGE } },
    });
    expect(Object.keys(asAdmin.json.server).filter(name => name.endsWith('user_data'))).toEqual(['user_data']);
  });

  it('brings files along by a config drive, which the server then has', async () => {
    const id = await api.boot();
    const personality = [{ path: '/etc/motd', contents: 'aGVsbG8=' }];
    const reply = await act(id, { rebuild: { imageRef: IMAGE, personality } }, '2.56');
    const { server } = (await api.ask('GET', `/v2.1/servers/${id}`)).json;
    expect([reply.status, server.config_drive]).toEqual([202, 'True']);
    expect(api.gateway.acted.at(-1)).toMatchObject({ name: 'rebuild', spec: { personality, configDrive: true } });
    const tooMany = { imageRef: IMAGE, personality: Array.from({ length: 6 }, () => personality[0]) };
    expect((await act(id, { rebuild: tooMany }, '2.56')).status).toBe(403);
  });

  it('is refused for an image that is not there, a field of a later version, and what it cannot do', async () => {
    const id = await api.boot();
    const status = async (rebuild: object, version?: string) => (await act(id, { rebuild }, version)).status;
    expect(await status({ imageRef: UNKNOWN })).toBe(400);
    expect(await status({})).toBe(400);
    expect(await status({ imageRef: IMAGE, key_name: 'k' }, '2.53')).toBe(400);
    expect(await status({ imageRef: IMAGE, key_name: 'unknown' }, '2.54')).toBe(400);
    expect(await status({ imageRef: IMAGE, hostname: 'h1' }, '2.89')).toBe(400);
    expect(await status({ imageRef: IMAGE, trusted_image_certificates: ['x'] }, '2.63')).toBe(400);
    expect((await act(UNKNOWN, { rebuild: { imageRef: IMAGE } })).status).toBe(404);
    await act(id, { rescue: null });
    expect(await status({ imageRef: IMAGE })).toBe(409);
  });
});

describe('a rescue', () => {
  it('answers a password, boots the image that was asked for or its own, and ends by unrescue', async () => {
    const id = await api.boot();
    const reply = await act(id, { rescue: { adminPass: 'secret', rescue_image_ref: IMAGE } });
    expect([reply.status, reply.json]).toEqual([200, { adminPass: 'secret' }]);
    expect(api.gateway.acted.at(-1)).toMatchObject({ name: 'rescue', adminPassword: 'secret', image: { id: IMAGE } });
    expect((await api.ask('GET', `/v2.1/servers/${id}`)).json.server.status).toBe('RESCUE');
    const again = await act(id, { rescue: null });
    expect([again.status, again.json.conflictingRequest.message]).toEqual([
      409,
      `Cannot 'rescue' instance ${id} while it is in vm_state rescued`,
    ]);
    expect((await act(id, { reboot: { type: 'HARD' } })).status).toBe(409);
    expect((await act(id, { unrescue: null })).status).toBe(202);
    const own = await act(id, { rescue: {} });
    expect(own.json.adminPass).toMatch(/^\w{12}$/);
    expect(api.gateway.acted.at(-1)).toMatchObject({ image: { id: IMAGE } });
  });

  it('is refused for a server or an image that is not there', async () => {
    const id = await api.boot();
    expect((await act(id, { rescue: { rescue_image_ref: UNKNOWN } })).status).toBe(400);
    expect((await act(UNKNOWN, { rescue: {} })).status).toBe(404);
    expect((await act(id, { unrescue: null })).status).toBe(409);
  });
});
