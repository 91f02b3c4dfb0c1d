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

/** A leaf cell with a running instance takes the order to stop it; what it sends then. */
const stopped = async (deadline: number): Promise<string[]> => {
  const database = new MemoryDatabase();
  const clock = { now: () => NOW, sleep: async () => {} };
  const random = seededRandom(1);
  const store = new MemoryCellStore({ database, clock, random, top: false });
  const engine = new CellEngine({ cell: new Cell({ path: cellPath('api!west'), clock, random, log: silentLogger }), store });
  database.hosts.put('h1', sampleHost('h1', { lastSeenAt: NOW }));
  const running = { vmState: 'active', taskState: null, powerState: 1, host: 'h1', node: 'h1', generation: 4 } as const;
  database.instances.put(UUID, { ...orderedInstance(UUID, 1, NOW), ...running });
  const payload = { instanceUuid: UUID, epoch: 1, requestId: 'req-1', action: { name: 'stop' } };
  await engine.receive([{ id: 'f', envelopes: [sampleEnvelope('m', { method: 'instance.action', deadline, payload })] }]);
  expect(database.parked).toEqual([]);
  const frames = [...database.outbox.values()].map(({ frame }) => JSON.parse(frame.body) as Frame);
  return frames.flatMap(frame => frame.envelopes.map(envelope => envelope.method)).sort();
};

it('a command that arrives after its deadline is answered, and not begun', async () => {
  expect(await stopped(NOW + 1000)).toEqual(expect.arrayContaining([expect.stringMatching(/^guest\./)]));
  expect(await stopped(NOW)).toEqual(['instance.state']);
});
