import { expect, it } from 'vitest';
import type { Frame } from '#contracts';
import { cellPath, silentLogger } from '#domain';
import { MemoryCellStore, MemoryDatabase, sampleHost } from '#simulation';
import { sampleEnvelope, seededRandom } from '#testing';
import { Cell } from './cell.js';
import { CellEngine } from './engine.js';
import { orderedInstance } from './instances.js';

const UUID = '00000000-0000-4000-8000-000000000001';
const NOW = Date.UTC(2026, 0, 1);

/** A leaf cell that has had a host make an image of a running instance, and the host's command. */
const imaging = async () => {
  const database = new MemoryDatabase();
  const clock = { now: () => NOW, sleep: async () => {} };
  const random = seededRandom(1);
  const store = new MemoryCellStore({ database, clock, random, top: false });
  const engine = new CellEngine({ cell: new Cell({ path: cellPath('api!west'), clock, random, log: silentLogger }), store });
  database.hosts.put('h1', sampleHost('h1', { lastSeenAt: NOW }));
  const running = { vmState: 'active', taskState: null, powerState: 1, host: 'h1', node: 'h1', generation: 4 } as const;
  database.instances.put(UUID, { ...orderedInstance(UUID, 1, NOW), ...running });
  let messages = 0;
  const receive = async (method: string, payload: object) => {
    messages += 1;
    const change = {
      method,
      source: 'api!west@h1',
      deadline: NOW + 1000,
      payload: { instanceUuid: UUID, epoch: 1, requestId: 'r', ...payload },
    };
    await engine.receive([{ id: `f-${messages}`, envelopes: [sampleEnvelope(`m-${messages}`, change)] }]);
    expect(database.parked).toEqual([]);
  };
  const link = { url: 'http://images/1', headers: {} };
  await receive('instance.action', { action: { name: 'createImage', upload: { imageId: '1', format: 'raw', put: link, discard: link } } });
  const sent = [...database.outbox.values()].flatMap(({ frame }) => (JSON.parse(frame.body) as Frame).envelopes);
  const commandId = sent.find(({ method }) => method === 'guest.act')?.id ?? '';
  const outcome = { commandId, powerState: 1, startedAt: NOW, finishedAt: NOW };
  return { instance: () => database.instances.get(UUID), receive, commandId, outcome };
};

it('how far a host has come is what the instance shows, until the host is done', async () => {
  const { instance, receive, commandId, outcome } = await imaging();
  expect(instance()).toMatchObject({ vmState: 'active', taskState: 'image_snapshot', generation: 5 });
  await receive('guest.progress', { commandId, taskState: 'image_uploading' });
  expect(instance()).toMatchObject({ taskState: 'image_uploading', generation: 6 });
  await receive('guest.progress', { commandId: 'another', taskState: 'image_pending_upload' });
  expect(instance()).toMatchObject({ taskState: 'image_uploading', generation: 6 });
  await receive('guest.acted', { ...outcome, error: null });
  expect(instance()).toMatchObject({ vmState: 'active', taskState: null, generation: 7 });
  await receive('guest.progress', { commandId, taskState: 'image_uploading' });
  expect(instance()).toMatchObject({ taskState: null, generation: 7 });
});

it('an image that fails leaves the instance as it was, free for the next action', async () => {
  const { instance, receive, outcome } = await imaging();
  await receive('guest.acted', { ...outcome, error: { kind: 'unavailable', message: 'no image service', retryable: true } });
  expect(instance()).toMatchObject({ vmState: 'active', taskState: null, powerState: 1 });
});
