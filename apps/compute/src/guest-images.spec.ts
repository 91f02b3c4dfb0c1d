import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { NOT_TO_BE_DONE } from '#contracts';
import { PowerState, silentLogger } from '#domain';
import { ManualClock, sampleSpec, until } from '#testing';
import { errorOf, FOREVER, noDelays, startFakeHost, UUID } from '../../../libs/compute-agent/src/fake-host.fixture.js';
import { imageServiceByHttp } from './images/image-service.js';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** An image service that answers uploads with `status`, or never; and what it was asked. */
const imageService = async (status: number | null) => {
  const asked: { line: string; body: string }[] = [];
  server = createServer(async (request, reply) => {
    let body = '';
    asked.push({ line: `${request.method} ${request.url}`, body: '' });
    for await (const chunk of request) body += String(chunk);
    asked.at(-1)!.body = body;
    if (request.method === 'PUT' && status === null) return;
    reply.writeHead(request.method === 'PUT' ? status! : 204).end();
  });
  await new Promise<void>(resolve => server?.listen(0, '127.0.0.1', resolve));
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
};

/** A host with one running guest. */
const hostWithGuest = async () => {
  const host = await startFakeHost({ delays: noDelays() }, new ManualClock(), { imageService: imageServiceByHttp(silentLogger) });
  await host.driver.spawn({ build: sampleSpec(UUID, { name: 'web' }), epoch: 1, image: null });
  const link = (url: string) => ({ url, headers: {} });
  const snapshot = (url: string, id = 'm-1', deadline = FOREVER, name = 'createImage') => {
    const upload = { imageId: 'image-1', format: 'qcow2', put: link(`${url}/put`), discard: link(`${url}/discard`) };
    return host.order(id, 'guest.act', { action: { name, upload } }, deadline);
  };
  return { ...host, snapshot };
};

describe('an image of a guest', () => {
  it('is sent to its link, and how far it is told on the way', async () => {
    const { asked, url } = await imageService(204);
    const { told, snapshot } = await hostWithGuest();
    const done = await snapshot(url);
    expect(done).toMatchObject({ event: 'guest.acted', payload: { powerState: PowerState.RUNNING, error: null } });
    expect(asked).toEqual([{ line: 'PUT /put', body: expect.stringContaining('web') }]);
    const progress = { instanceUuid: UUID, requestId: 'req-1', commandId: 'm-1' };
    expect(told.map(({ event, payload }) => [event, payload])).toMatchObject([
      ['guest.progress', { ...progress, taskState: 'image_pending_upload' }],
      ['guest.progress', { ...progress, taskState: 'image_uploading' }],
    ]);
  });

  it('is given up when it cannot be sent: its record goes, and the cell hears why', async () => {
    const { asked, url } = await imageService(413);
    const { snapshot } = await hostWithGuest();
    expect(errorOf(await snapshot(url))).toMatchObject({ kind: 'tooLarge', message: expect.stringContaining('413') });
    expect(asked.map(({ line }) => line)).toEqual(['PUT /put', 'DELETE /discard']);
  });

  it('is given up when its cell says that it is not to be made', async () => {
    const { asked, url } = await imageService(204);
    const { snapshot } = await hostWithGuest();
    expect(errorOf(await snapshot(url, 'm-1', NOT_TO_BE_DONE))).toMatchObject({ kind: 'deadlineExceeded' });
    expect(asked.map(({ line }) => line)).toEqual(['DELETE /discard']);
  });

  it('is left as it is when the order comes late: it may have been carried out before the service was started', async () => {
    const { asked, url } = await imageService(204);
    const { clock, snapshot } = await hostWithGuest();
    expect(errorOf(await snapshot(url, 'm-1', clock.now(), 'shelve'))).toMatchObject({ kind: 'deadlineExceeded' });
    expect(asked).toEqual([]);
  });

  it('that another gives its data is left alone', async () => {
    const { asked, url } = await imageService(409);
    const { snapshot } = await hostWithGuest();
    expect(errorOf(await snapshot(url))).toMatchObject({ kind: 'conflict' });
    expect(asked.map(({ line }) => line)).toEqual(['PUT /put']);
  });

  it('does not hold up the end of its guest', async () => {
    const { asked, url } = await imageService(null);
    const { driver, order, snapshot } = await hostWithGuest();
    const sending = snapshot(url);
    await until(() => asked.length > 0, { timeoutMs: 40_000 });
    const destroyed = await order('m-2', 'guest.destroy', {});
    expect(errorOf(destroyed)).toBeNull();
    expect(errorOf(await sending)).toMatchObject({ kind: 'notFound' });
    expect(await driver.list()).toEqual([]);
  });
});

describe('a guest that is shelved', () => {
  it('is turned off, and its disk sent; started again, the image is deleted', async () => {
    const { asked, url } = await imageService(204);
    const { told, order, snapshot } = await hostWithGuest();
    const done = await snapshot(url, 'm-1', FOREVER, 'shelve');
    expect(done).toMatchObject({ payload: { powerState: PowerState.SHUTDOWN, error: null } });
    expect(told.map(({ payload }) => payload)).toMatchObject([
      { taskState: 'shelving_image_pending_upload' },
      { taskState: 'shelving_image_uploading' },
    ]);
    const discard = { imageId: 'image-1', discard: { url: `${url}/discard`, headers: {} } };
    const back = await order('m-2', 'guest.act', { action: { name: 'unshelve', image: null, host: null, discard } });
    expect(back).toMatchObject({ payload: { powerState: PowerState.RUNNING, error: null } });
    expect(asked.map(({ line }) => line)).toEqual(['PUT /put', 'DELETE /discard']);
  });

  it('and has left the host keeps its image, when the order comes again', async () => {
    const { asked, url } = await imageService(204);
    const { order, snapshot } = await hostWithGuest();
    await order('m-1', 'guest.destroy', {});
    expect(errorOf(await snapshot(url, 'm-2', FOREVER, 'shelve'))).toMatchObject({ kind: 'conflict' });
    expect(asked).toEqual([]);
  });

  it('is made of its image elsewhere, which is deleted when it runs', async () => {
    const { asked, url } = await imageService(204);
    const { driver, order } = await hostWithGuest();
    await order('m-1', 'guest.destroy', {});
    const discard = { imageId: 'image-1', discard: { url: `${url}/discard`, headers: {} } };
    const spawned = await order('m-2', 'guest.spawn', { spec: sampleSpec(UUID), epoch: 2, discard });
    expect(errorOf(spawned)).toBeNull();
    expect(await driver.list()).toMatchObject([{ instanceUuid: UUID, epoch: 2 }]);
    expect(asked.map(({ line }) => line)).toEqual(['DELETE /discard']);
  });
});
