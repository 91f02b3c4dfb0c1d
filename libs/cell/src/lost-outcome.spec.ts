import { expect, it } from 'vitest';
import type { Frame } from '#contracts';
import { cellPath, silentLogger } from '#domain';
import { MemoryCellStore, MemoryDatabase, sampleHost } from '#simulation';
import { sampleEnvelope, sampleSpec, seededRandom } from '#testing';
import { Cell } from './cell.js';
import { CellEngine } from './engine.js';

const UUID = '00000000-0000-4000-8000-000000000001';

/** A leaf cell that has had its host spawn a guest, and what it sends to the host. */
const spawning = async () => {
  const database = new MemoryDatabase();
  let now = Date.UTC(2026, 0, 1);
  const clock = { now: () => now, sleep: async () => {} };
  const random = seededRandom(1);
  const store = new MemoryCellStore({ database, clock, random, top: false });
  const engine = new CellEngine({ cell: new Cell({ path: cellPath('api!west'), clock, random, log: silentLogger }), store });
  database.hosts.put('h1', sampleHost('h1', { lastSeenAt: now }));
  const receive = async (method: string, payload: object) => {
    const id = random.uuid();
    await engine.receive([{ id, envelopes: [sampleEnvelope(id, { method, source: 'api!west@h1', deadline: now + 60_000, payload })] }]);
    expect(database.parked).toEqual([]);
  };
  const spawns = () =>
    [...database.outbox.values()]
      .flatMap(({ frame }) => (JSON.parse(frame.body) as Frame).envelopes)
      .filter(({ method }) => method === 'guest.spawn')
      .map(({ id }) => id);
  const list = () => receive('guest.list', { host: 'h1', at: now, guests: [{ instanceUuid: UUID, powerState: 1 }] });
  const answer = (commandId: string) =>
    receive('guest.spawned', {
      instanceUuid: UUID,
      epoch: 1,
      requestId: 'r',
      commandId,
      powerState: 1,
      error: null,
      startedAt: now,
      finishedAt: now,
    });
  await receive('instance.build', { spec: sampleSpec(UUID), epoch: 1, globalsVersion: 0 });
  return { spawns, list, answer, advance: (ms: number) => (now += ms), vmState: () => database.instances.get(UUID)?.vmState };
};

it('a host whose answer to a build was lost is asked again when its guest has run for a while, and the build ends', async () => {
  const { spawns, list, answer, advance, vmState } = await spawning();
  advance(31_000);
  await list();
  const [first, second] = spawns();
  expect([first, second].every(Boolean)).toBe(true);
  await answer(first!);
  expect(vmState()).toBe('building');
  await answer(second!);
  expect(vmState()).toBe('active');
});

it('a guest that has just begun to run is waited for', async () => {
  const { spawns, list, answer, advance, vmState } = await spawning();
  advance(10_000);
  await list();
  expect(spawns()).toHaveLength(1);
  await answer(spawns()[0]!);
  expect(vmState()).toBe('active');
});
