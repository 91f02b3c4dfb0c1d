import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ComputeApiFixture, computeApiFixture, OTHER_PROJECT, PROJECT } from './compute-api.fixture.js';
import { addHost, HOST } from './played-host.fixture.js';

let api: ComputeApiFixture;
beforeAll(async () => {
  api = await computeApiFixture();
});
afterAll(() => api?.stop());

const act = (id: string, body: object, version?: string, token = 'member') =>
  api.ask('POST', `/v2.1/servers/${id}/action`, { token, body, ...(version !== undefined && { version }) });
const statusOf = async (id: string) => (await api.ask('GET', `/v2.1/servers/${id}`)).json.server.status;
const keptIn = (id: string) => [...api.madeImages.values()].find(image => image.properties.instance_uuid === id);

/** A server that is kept as an image; its host has filled it. */
const shelved = async ({ offloaded = true, by = 'member' } = {}): Promise<string> => {
  const id = await api.boot({ name: 'web' });
  expect((await act(id, { shelve: null }, undefined, by)).status).toBe(202);
  const image = keptIn(id)!;
  api.madeImages.set(image.id, { ...image, status: 'active', sizeBytes: 7, sha512: 'cd' });
  if (offloaded) expect((await act(id, { shelveOffload: null }, undefined, 'admin')).status).toBe(202);
  return id;
};

describe('a shelved server', () => {
  it('is kept in a private image that is named after it', async () => {
    const id = await shelved({ offloaded: false });
    expect(await statusOf(id)).toBe('SHELVED');
    expect(keptIn(id)).toMatchObject({ name: 'web-shelved', visibility: 'private', properties: { image_type: 'snapshot' } });
    expect(api.gateway.acted.at(-1)).toMatchObject({ name: 'shelve', upload: { imageId: keptIn(id)!.id, format: 'qcow2' } });
  });

  it('is not shelved twice, and leaves no second image', async () => {
    const id = await shelved({ offloaded: false });
    const before = api.madeImages.size;
    const again = await act(id, { shelve: null });
    expect([again.status, again.json.conflictingRequest?.message]).toEqual([
      409,
      `Cannot 'shelve' instance ${id} while it is in vm_state shelved`,
    ]);
    expect(api.madeImages.size).toBe(before);
  });

  it('goes off its host by an administrator’s order only', async () => {
    const id = await shelved({ offloaded: false });
    expect((await act(id, { shelveOffload: null })).status).toBe(403);
    expect((await act(id, { shelveOffload: null }, undefined, 'admin')).status).toBe(202);
    expect(await statusOf(id)).toBe('SHELVED_OFFLOADED');
    expect((await act(id, { shelveOffload: null }, undefined, 'admin')).status).toBe(409);
  });

  it('that an administrator of another project has shelved is had back by its owner', async () => {
    const id = await shelved({ by: 'otherAdmin' });
    const image = keptIn(id)!;
    expect(image).toMatchObject({ visibility: 'shared', owner: OTHER_PROJECT, properties: { instance_owner: PROJECT, owner_id: PROJECT } });
    expect(api.sharedWith.get(image.id)).toBe(PROJECT);
    expect((await act(id, { unshelve: null })).status).toBe(202);
    expect(api.gateway.acted.at(-1)).toMatchObject({ name: 'unshelve', image: { id: image.id } });
  });

  it('takes its image with it when it is deleted', async () => {
    const id = await shelved();
    const image = keptIn(id)!;
    expect((await api.ask('DELETE', `/v2.1/servers/${id}`)).status).toBe(204);
    expect(api.madeImages.has(image.id)).toBe(false);
  });
});

describe('unshelving', () => {
  it('tells the host what to make the server of, and how to delete it then', async () => {
    const id = await shelved();
    expect((await act(id, { unshelve: null })).status).toBe(202);
    const image = keptIn(id)!.id;
    expect(api.gateway.acted.at(-1)).toEqual({
      name: 'unshelve',
      image: expect.objectContaining({ id: image, url: `http://images/${image}`, sha512: 'cd' }),
      discard: { imageId: image, discard: { url: `http://images/${image}?discard`, headers: {} } },
      host: null,
    });
    expect(await statusOf(id)).toBe('ACTIVE');
    expect((await act(id, { unshelve: null })).status).toBe(409);
  });

  it('names a zone from 2.77 on, one that is there', async () => {
    const id = await shelved();
    const place = { unshelve: { availability_zone: HOST.zone } };
    expect((await act(id, { unshelve: { availability_zone: 'moon' } }, '2.77')).status).toBe(400);
    expect((await act(id, { unshelve: { availability_zone: null } }, '2.77')).status).toBe(400);
    expect((await act(id, { unshelve: {} }, '2.77')).status).toBe(400);
    expect((await act(id, place, '2.77')).status).toBe(202);
    expect(api.gateway.acted.at(-1)).toMatchObject({ zone: HOST.zone, host: null });
    const shown = await api.ask('GET', `/v2.1/servers/${id}`, { version: '2.96', token: 'admin' });
    expect(shown.json.server.pinned_availability_zone).toBe(HOST.zone);
  });

  it('names a host from 2.91 on, for administrators, and may unpin the zone', async () => {
    const id = await shelved();
    const on = (host: string, more: object = {}) => ({ unshelve: { host, ...more } });
    expect((await act(id, on(HOST.host), '2.90', 'admin')).status).toBe(400);
    expect((await act(id, on(HOST.host), '2.91')).status).toBe(403);
    expect((await act(id, on('h9'), '2.91', 'admin')).status).toBe(400);
    expect((await act(id, on(HOST.host, { availability_zone: null }), '2.91', 'admin')).status).toBe(202);
    expect(api.gateway.acted.at(-1)).toMatchObject({ zone: null, host: HOST.host });
  });

  it('names no host of another cell', async () => {
    const id = await shelved();
    await addHost(api.dataSource, 'api!west', 'w1');
    const { status, json } = await act(id, { unshelve: { host: 'w1' } }, '2.91', 'admin');
    expect([status, json.badRequest.message]).toEqual([
      400,
      `Compute host w1 is in cell api!west, the server is in ${HOST.cellPath}: servers are moved inside their cell only.`,
    ]);
    expect(await statusOf(id)).toBe('SHELVED_OFFLOADED');
  });

  it('cannot say where to while the server is on its host', async () => {
    const id = await shelved({ offloaded: false });
    const refused = await act(id, { unshelve: { availability_zone: HOST.zone } }, '2.77');
    expect([refused.status, refused.json.conflictingRequest?.message]).toEqual([
      409,
      `Specifying an availability zone or a host when unshelving instance "${id}" with status "SHELVED" is not supported, ` +
        'instance status must be SHELVED_OFFLOADED.',
    ]);
    expect((await act(id, { unshelve: null }, '2.77')).status).toBe(202);
  });

  it('of a server whose image is gone fails while nothing else is left of it', async () => {
    const id = await shelved();
    api.madeImages.delete(keptIn(id)!.id);
    expect((await act(id, { unshelve: null })).status).toBe(400);
    expect(await statusOf(id)).toBe('SHELVED_OFFLOADED');
  });
});
