import { describe, expect, it } from 'vitest';
import type { ActionEvent, CellPayload, Frame, HostMirror } from '#contracts';
import { cellPath, silentLogger } from '#domain';
import { MemoryCellStore, MemoryDatabase, sampleChild, sampleInventory, sampleStatus } from '#simulation';
import { sampleEnvelope, seededRandom } from '#testing';
import { Cell } from './cell.js';
import { CellEngine } from './engine.js';
import { orderedInstance } from './instances.js';

const UUID = '00000000-0000-4000-8000-000000000001';
const NOW = Date.UTC(2026, 0, 1);
const BUILT: ActionEvent = {
  requestId: 'req-1',
  event: 'compute__do_build_and_run_instance',
  start: 1,
  finish: 2,
  result: 'Success',
  details: null,
  host: 'h1',
};

/** A root whose child `west` has the instance. */
const root = () => {
  const database = new MemoryDatabase();
  const clock = { now: () => NOW, sleep: async () => {} };
  const random = seededRandom(1);
  const store = new MemoryCellStore({ database, clock, random, top: true });
  const engine = new CellEngine({ cell: new Cell({ path: cellPath('api'), clock, random, log: silentLogger }), store });
  database.instances.put(UUID, { ...orderedInstance(UUID, 0, NOW), nextHop: 'west', placedEpoch: 1, highestEpoch: 1 });
  return { database, engine };
};

const stateFrame = (generation: number, vmState: 'building' | 'active', events: ActionEvent[]): Frame => {
  const payload: CellPayload<'instance.state'> = {
    report: {
      instanceUuid: UUID,
      version: { epoch: 1, generation },
      cellPath: 'api!west',
      host: 'h1',
      node: 'h1',
      vmState,
      taskState: null,
      powerState: 1,
      launchedAt: null,
      updatedAt: NOW,
      fault: null,
      events,
    },
    countedFrom: { epoch: 0, generation: NOW },
  };
  return {
    id: `frame-${generation}`,
    envelopes: [sampleEnvelope(`m${generation}`, { method: 'instance.state', source: 'api!west', target: 'api', payload })],
  };
};

describe('what a child says of hosts', () => {
  const mirrorOf = (path: string): HostMirror => ({
    host: 'h1',
    cellPath: path,
    version: { epoch: 0, generation: 1 },
    zone: 'nova',
    enabled: true,
    disabledReason: null,
    up: true,
    lastSeenAt: NOW,
    inventory: sampleInventory('h1'),
    used: { vcpus: 0, memoryMb: 0, diskGb: 0 },
    runningGuests: 0,
    forcedDown: false,
    orderedVersion: 0,
  });
  const said = (id: string, method: 'host.mirror' | 'cell.status', payload: object): Frame => ({
    id,
    envelopes: [sampleEnvelope(id, { method, source: 'api!west', target: 'api', payload })],
  });
  const hostsOf = (database: MemoryDatabase) => database.hostMirrors.all().map(({ cellPath: path, host }) => `${path}@${host}`);

  it('is taken of itself and of cells below it, of no other', async () => {
    const { database, engine } = root();
    const hosts = ['api!west', 'api!west!a', 'api!east', 'api!western'].map(mirrorOf);
    await engine.receive([said('f1', 'host.mirror', { hosts })]);
    expect(hostsOf(database)).toEqual(['api!west@h1', 'api!west!a@h1']);
  });

  it('ends with the cell below it that it has removed: its hosts are gone, those of others stay', async () => {
    const { database, engine } = root();
    database.children.put('west', sampleChild('west'));
    await engine.receive([said('f1', 'host.mirror', { hosts: ['api!west', 'api!west!a', 'api!west!b'].map(mirrorOf) })]);
    const removed = sampleStatus('api!west!b', NOW, { gone: true });
    await engine.receive([said('f2', 'cell.status', { statuses: [removed] })]);
    await engine.receive([said('f3', 'host.mirror', { hosts: [mirrorOf('api!west!b')] })]);
    expect(hostsOf(database)).toEqual(['api!west@h1', 'api!west!a@h1']);
    expect(database.hostServices.get('api!west!b@h1')).toBeUndefined();
  });
});

describe('a report that was overtaken', () => {
  it('changes nothing of the instance', async () => {
    const { database, engine } = root();
    await engine.receive([stateFrame(2, 'active', [])]);
    await engine.receive([stateFrame(1, 'building', [])]);
    expect(database.instances.get(UUID)).toMatchObject({ vmState: 'active', generation: 2 });
  });

  it('still has its action events recorded, once', async () => {
    const { database, engine } = root();
    await engine.receive([stateFrame(2, 'active', [])]);
    await engine.receive([stateFrame(1, 'building', [BUILT])]);
    await engine.receive([stateFrame(1, 'building', [BUILT])]);
    expect(database.actionEvents).toEqual([{ ...BUILT, instanceUuid: UUID }]);
  });
});
