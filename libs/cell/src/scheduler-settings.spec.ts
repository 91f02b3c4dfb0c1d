import { describe, expect, it } from 'vitest';
import type { AdminOperationName, Frame } from '#contracts';
import { cellPath, silentLogger } from '#domain';
import { hostFilters } from '#scheduling';
import { MemoryCellStore, MemoryDatabase, sampleHost } from '#simulation';
import { ManualClock, sampleEnvelope, sampleSpec, seededRandom } from '#testing';
import { Cell } from './cell.js';
import { CellEngine } from './engine.js';
import type { SchedulerSettings } from './scheduler-settings.js';

const UUID = '00000000-0000-4000-8000-000000000001';
const PATH = cellPath('api!west');
const TOTAL = { vcpus: 8, memoryMb: 8192, diskGb: 100 };

/** A leaf cell with hosts that are empty, nearly full, and disabled; what its parent and its operator ask of it. */
const leaf = async (scheduler?: SchedulerSettings) => {
  const clock = new ManualClock();
  const random = seededRandom(1);
  const database = new MemoryDatabase();
  const lastSeenAt = clock.now();
  database.hosts.put('empty', sampleHost('empty', { lastSeenAt, total: TOTAL, used: { vcpus: 0, memoryMb: 0, diskGb: 0 } }));
  database.hosts.put('full', sampleHost('full', { lastSeenAt, total: TOTAL, used: { vcpus: 6, memoryMb: 6144, diskGb: 60 } }));
  database.hosts.put('disabled', sampleHost('disabled', { lastSeenAt, total: TOTAL, enabled: false }));
  const store = new MemoryCellStore({ database, clock, random, top: false });
  const { flavor } = sampleSpec(UUID);
  const items = [{ kind: 'flavor' as const, id: flavor.flavorId, version: 1, body: flavor }];
  await store.transact({}, ({ work }) => work.globals.add({ version: 1, items }));
  const cell = new Cell({ path: PATH, clock, random, log: silentLogger, ...(scheduler ? { scheduler } : {}) });
  const engine = new CellEngine({ cell, store });
  const nobody = () => Promise.reject(new Error('nobody is asked in this test'));
  const receive = async (method: string, payload: object, source = 'api') => {
    const id = random.uuid();
    const envelope = sampleEnvelope(id, { method, target: PATH, source, deadline: clock.now() + 60_000, payload });
    await engine.receive([{ id, envelopes: [envelope] }]);
    expect(database.parked).toEqual([]);
  };
  const sent = () => [...database.outbox.values()].flatMap(({ frame }) => (JSON.parse(frame.body) as Frame).envelopes);
  return {
    order: (spec: object = {}) => receive('instance.build', { spec: { ...sampleSpec(UUID), ...spec }, epoch: 1, globalsVersion: 0 }),
    host: () => database.instances.get(UUID)?.host,
    /** Its host cannot build it, and removes what there is of it. */
    fail: async () => {
      const row = database.instances.get(UUID)!;
      const source = `${PATH}@${row.host}`;
      const answer = async (method: string, outcome: string, error: object | null) => {
        const command = sent().findLast(envelope => envelope.method === method && envelope.target === source)!;
        await receive(outcome, { ...OUTCOME, epoch: row.placedEpoch, commandId: command.id, error }, source);
      };
      await answer('guest.spawn', 'guest.spawned', { kind: 'unavailable', message: 'the hypervisor is away', retryable: true });
      await answer('guest.destroy', 'guest.destroyed', null);
    },
    sent,
    filtersAsked: async () => (await store.listDecisions([UUID])).map(({ decision }) => decision.filters),
    ask: (operation: AdminOperationName, request: object) =>
      engine.admin.ask(
        {
          cell: PATH,
          operation,
          request: request as never,
          operator: { userId: 'root', requestId: 'req-1' },
          deadline: clock.now() + 10_000,
        },
        { askChild: nobody, askHost: nobody },
      ),
  };
};

const OUTCOME = { instanceUuid: UUID, requestId: 'req-1', powerState: 0, startedAt: 1, finishedAt: 2 };
const DRY_RUN = { flavorId: '1', projectId: 'p', count: 1, availabilityZone: null, imageProperties: {}, group: null };
const WITHOUT_COMPUTE_FILTER = Object.keys(hostFilters).filter(name => name !== 'ComputeFilter');
const STACKING = { hosts: { weights: { RAMWeigher: -1, CPUWeigher: -1, DiskWeigher: -1 } } };

describe('by what a cell is told to choose', () => {
  it('it places: a negative weight turns the choice round', async () => {
    const [spreads, stacks] = await Promise.all([leaf(), leaf(STACKING)]);
    await Promise.all([spreads.order(), stacks.order()]);
    expect([spreads.host(), stacks.host()]).toEqual(['empty', 'full']);
  });

  it('it rehearses', async () => {
    const stacks = await leaf(STACKING);
    expect(await stacks.ask('explain.dryRun', DRY_RUN)).toMatchObject({ servers: [{ place: 'api!west@full' }] });
  });

  it('it counts what more would fit, without the filters that are left out', async () => {
    const [strict, lax] = await Promise.all([leaf(), leaf({ hosts: { filters: WITHOUT_COMPUTE_FILTER } })]);
    const request = { flavorId: '1', availabilityZone: null };
    expect(await strict.ask('fit.show', request)).toMatchObject({ total: 10 });
    expect(await lax.ask('fit.show', request)).toMatchObject({ total: 18 });
  });

  it('it tells of the filters that it asked, and of no other', async () => {
    const lax = await leaf({ hosts: { filters: WITHOUT_COMPUTE_FILTER } });
    await lax.order();
    expect(await lax.filtersAsked()).toEqual([WITHOUT_COMPUTE_FILTER]);
  });

  it.each([1, 2])('it gives a build back after %i hosts could not build it', async maxAttempts => {
    const cell = await leaf({ maxAttempts });
    await cell.order();
    for (let attempt = 1; attempt <= maxAttempts; attempt++) {
      expect(cell.sent().filter(({ method }) => method === 'guest.spawn')).toHaveLength(attempt);
      await cell.fail();
    }
    expect(cell.sent().map(({ method }) => method)).toContain('build.rejected');
  });
});
