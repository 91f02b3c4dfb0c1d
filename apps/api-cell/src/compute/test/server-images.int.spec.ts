import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ComputeApiFixture, computeApiFixture, IMAGE, OTHER_PROJECT, PROJECT } from './compute-api.fixture.js';

let api: ComputeApiFixture;
beforeAll(async () => {
  api = await computeApiFixture();
});
afterAll(() => api?.stop());

const act = (id: string, body: object, version?: string, token = 'member') =>
  api.ask('POST', `/v2.1/servers/${id}/action`, { token, body, ...(version !== undefined && { version }) });
const imageOf = (reply: { headers: Headers }) => api.madeImages.get(reply.headers.get('location')?.split('/').at(-1) ?? '');

describe('an image of a server', () => {
  it('is a private record that says what it was made of, and names itself where the version wants it', async () => {
    const id = await api.boot();
    const old = await act(id, { createImage: { name: 'snap', metadata: { a: 'b', image_type: 'mine' } } });
    expect([old.status, old.text]).toEqual([202, '']);
    expect(imageOf(old)).toMatchObject({
      name: 'snap',
      status: 'queued',
      visibility: 'private',
      diskFormat: 'qcow2',
      containerFormat: 'bare',
      minDiskGb: 1,
      minMemoryMb: 256,
      properties: { base_image_ref: IMAGE, instance_uuid: id, image_type: 'mine', a: 'b' },
    });
    const since = await act(id, { createImage: { name: 'snap' } }, '2.45');
    expect([since.status, since.headers.get('location')]).toEqual([202, null]);
    expect(api.madeImages.get(since.json.image_id)).toMatchObject({ properties: { image_type: 'snapshot' } });
    expect(api.gateway.acted.at(-1)).toMatchObject({
      name: 'createImage',
      upload: { imageId: since.json.image_id, format: 'qcow2', put: { url: expect.stringContaining('put') } },
    });
  });

  it('that an administrator of another project makes is shared with the server’s', async () => {
    const id = await api.boot();
    const made = imageOf(await act(id, { createImage: { name: 'snap' } }, undefined, 'otherAdmin'))!;
    expect(made).toMatchObject({ visibility: 'shared', owner: OTHER_PROJECT, properties: { instance_owner: PROJECT } });
    expect(api.sharedWith.get(made.id)).toBe(PROJECT);
  });

  it('is made of a locked server too', async () => {
    const id = await api.boot();
    await act(id, { lock: null });
    expect((await act(id, { createImage: { name: 'snap' } })).status).toBe(202);
    expect((await act(id, { 'os-stop': null })).status).toBe(409);
  });

  it('is not made in a state that forbids it, and leaves no record then', async () => {
    api.gateway.instant = false;
    const id = await api.boot();
    api.gateway.instant = true;
    const before = api.madeImages.size;
    const refused = await act(id, { createImage: { name: 'snap' } });
    expect([refused.status, refused.json.conflictingRequest?.message]).toEqual([
      409,
      `Cannot 'createImage' instance ${id} while it is in vm_state building`,
    ]);
    expect((await act('99999999-0000-4000-8000-000000000000', { createImage: { name: 'snap' } })).status).toBe(404);
    expect((await act(id, { createImage: { name: 'snap' } }, undefined, 'other')).status).toBe(404);
    expect(api.madeImages.size).toBe(before);
  });

  it('needs a name of 1 to 255 characters, any of them, and metadata within the limits', async () => {
    const id = await api.boot();
    const status = async (createImage: object) => (await act(id, { createImage })).status;
    expect(await status({ name: '\u0426\u0436\u1e09' })).toBe(202);
    for (const bad of [{}, { name: '' }, { name: 'n'.repeat(256) }, { name: 'n', metadata: { '': 'x' } }, { name: 'n', more: 1 }])
      expect(await status(bad)).toBe(400);
    expect(await status({ name: 'n', metadata: { ['k'.repeat(260)]: 'x' } })).toBe(400);
    const many = Object.fromEntries(Array.from({ length: 129 }, (_, index) => [`key${index}`, 'x']));
    expect(await status({ name: 'n', metadata: many })).toBe(403);
  });
});

describe('a backup of a server', () => {
  const backup = { name: 'b', backup_type: 'daily', rotation: 2 };

  it('says of which kind it is, and how many of them are kept', async () => {
    const id = await api.boot();
    const reply = await act(id, { createBackup: backup }, '2.45');
    expect([reply.status, api.madeImages.get(reply.json.image_id)?.properties]).toMatchObject([
      202,
      { image_type: 'backup', backup_type: 'daily', instance_uuid: id },
    ]);
    expect(api.gateway.acted.at(-1)).toMatchObject({ name: 'createBackup', upload: { put: { url: expect.stringContaining('keep=2') } } });
    const none = await act(id, { createBackup: { ...backup, rotation: '0' } });
    expect([none.status, none.text, none.headers.get('location')]).toEqual([202, '', null]);
  });

  it('wants a name, a kind and a rotation that is not negative', async () => {
    const id = await api.boot();
    for (const bad of [{ rotation: -1 }, { rotation: 'two' }, { name: undefined }, { backup_type: 1 }, { backup_type: undefined }])
      expect((await act(id, { createBackup: { ...backup, ...bad } })).status).toBe(400);
  });
});
