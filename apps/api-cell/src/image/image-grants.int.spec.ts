import { describe, expect, it } from 'vitest';
import { useImageCalls } from './test/image-calls.fixture.js';

const { used, alice, call, show, create, put } = useImageCalls();

describe('downloads without an account', () => {
  const granted = async () => {
    const { id } = await create({});
    await put(id, Buffer.from('0123456789'));
    return (await used().images.downloadGrant(id, { expiresAt: Date.now() + 60_000 })).url;
  };

  it('a grant gives the data, whole or in part', async () => {
    const link = await granted();
    expect(await (await fetch(link)).text()).toBe('0123456789');
    const part = await fetch(link, { headers: { range: 'bytes=4-' } });
    expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([206, 'bytes 4-9/10', '456789']);
    expect((await fetch(link, { headers: { range: 'bytes=10-' } })).status).toBe(416);
    expect((await fetch(link, { method: 'HEAD' })).headers.get('content-length')).toBe('10');
  });

  it('one that is over, or was changed, or is for another image or call, gives nothing', async () => {
    const link = await granted();
    const { id } = await create({});
    const other = (await used().images.downloadGrant(id, { expiresAt: Date.now() + 60_000 })).url;
    const old = (await used().images.downloadGrant(id, { expiresAt: Date.now() - 1000 })).url;
    const swapped = link.replace(/signature=.*/, `signature=${other.split('signature=')[1]}`);
    for (const bad of [old, swapped, link.replace(/expires=\d+/, 'expires=99999999999'), `${link}0`])
      expect((await fetch(bad)).status).toBe(403);
    expect((await fetch(link.replace(/expires=\d+&/, ''))).status).toBe(400);
    expect((await fetch(link, { method: 'DELETE' })).status).toBe(403);
    expect((await fetch(link.replace('/file', ''))).status).toBe(401);
  });
});

describe('an upload link', () => {
  const waiting = async (change: object = {}, keepBackups?: number) => {
    const { id } = await create(change);
    return { id, ...(await used().images.uploadGrant(id, { expiresAt: Date.now() + 60_000, keepBackups })) };
  };
  const send = (url: string, text: string) =>
    fetch(url, { method: 'PUT', headers: { 'content-type': 'application/octet-stream' }, body: text });

  it('fills its image without an account, and does no harm when it is used again', async () => {
    const { id, put: link } = await waiting();
    expect((await send(link.url, 'first')).status).toBe(204);
    expect((await send(link.url, 'second')).status).toBe(204);
    expect(await show(id)).toMatchObject({ status: 'active', size: 5 });
  });

  it('is good for nothing else, and no other link is good for it', async () => {
    const { id, put: link, discard } = await waiting();
    const download = await used().images.downloadGrant(id, { expiresAt: Date.now() + 60_000 });
    expect((await send(download.url, 'x')).status).toBe(403);
    expect((await send(discard.url, 'x')).status).toBe(403);
    expect((await fetch(link.url, { method: 'DELETE' })).status).toBe(403);
    expect((await fetch(link.url)).status).toBe(403);
    expect((await send(`${link.url}&keep=1`, 'x')).status).toBe(403);
    expect((await show(id)).status).toBe('queued');
  });

  it('comes with one that deletes the image', async () => {
    const { id, discard } = await waiting();
    expect((await fetch(discard.url, { method: 'DELETE' })).status).toBe(204);
    expect((await call('GET', `/v2/images/${id}`, alice())).status).toBe(404);
    expect((await fetch(discard.url, { method: 'DELETE' })).status).toBe(404);
  });

  it('of a backup rotates those of the same server and kind, oldest first, and no others', async () => {
    const of = (backup_type: string, instance_uuid = 'server-1') => ({ image_type: 'backup', backup_type, instance_uuid });
    const backup = async (change: object, keep = 2) => {
      const made = await waiting(change, keep);
      expect((await send(made.put.url, 'x')).status).toBe(204);
      return made.id;
    };
    const all = [await backup(of('daily')), await backup(of('weekly')), await backup(of('daily', 'server-2'))];
    all.push(await backup(of('daily')), await backup(of('daily')));
    const left = await Promise.all(all.map(async id => (await call('GET', `/v2/images/${id}`, alice())).status));
    expect(left).toEqual([404, 200, 200, 200, 200]);
    const none = await backup(of('daily'), 0);
    expect((await call('GET', `/v2/images/${none}`, alice())).status).toBe(404);
  });
});
