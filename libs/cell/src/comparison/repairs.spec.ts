import { describe, expect, it } from 'vitest';
import { sampleReservation } from '#simulation';
import { orderedInstance, tombstoneOf } from '../instances.js';
import { NO_PLACEMENT } from '../rows.js';
import { ACTIVE, edge, HOUR_MS, OWNED, POINTING, START, UUID } from './edge.fixture.js';

describe('a parent and a child that differ', () => {
  it('by a state that was lost: the child tells it again', async () => {
    const { above, below, mend } = edge();
    above.holds({ ...POINTING, generation: 3, vmState: 'building', taskState: 'spawning' });
    below.holds({ ...OWNED, ...ACTIVE, generation: 5 });
    expect(await mend()).toEqual(['instance.retell', 'instance.state']);
    expect(above.row).toMatchObject({ ...ACTIVE, generation: 5 });
    expect(below.row?.generation).toBe(5);
  });

  it('by a child whose database was set back: it tells its state as a later generation', async () => {
    const { above, below, mend, compare } = edge();
    above.holds({ ...POINTING, ...ACTIVE, generation: 9 });
    below.holds({ ...OWNED, generation: 4, vmState: 'stopped', taskState: null, powerState: 4 });
    await mend();
    expect(above.row).toMatchObject({ vmState: 'stopped', generation: 10 });
    expect((await compare()).differences).toEqual([]);
  });

  it('by a request that never arrived: its task state goes', async () => {
    const { above, below, mend, compare } = edge();
    above.holds({ ...POINTING, ...ACTIVE, generation: 5, taskState: 'powering-off' });
    below.holds({ ...OWNED, ...ACTIVE, generation: 5 });
    await mend();
    expect(above.row).toMatchObject({ ...ACTIVE, generation: 6 });
    expect((await compare()).differences).toEqual([]);
  });

  it('by a rejection that was lost: it is rejected again, and the parent goes on', async () => {
    const { above, below, mend } = edge();
    above.holds({ ...POINTING, generation: 2, vmState: 'building', taskState: 'scheduling' });
    above.database.reservations.put(UUID, sampleReservation(UUID, 'west', { countedFrom: { epoch: 0, generation: 1 } }));
    below.holds({ epoch: 1, generation: 2, vmState: 'error', taskState: null });
    expect(await mend()).toEqual(['instance.retell', 'build.rejected']);
    expect(above.row).toMatchObject({ vmState: 'error', nextHop: null });
    expect(above.database.reservations.all()).toEqual([]);
  });

  it('by an end that was lost: it is told again, and the quota comes back once', async () => {
    const { above, below, mend } = edge();
    above.holds({ ...POINTING, ...ACTIVE, generation: 5 });
    below.database.instances.put(UUID, tombstoneOf({ ...orderedInstance(UUID, 1, START), ...OWNED, generation: 5 }, START - HOUR_MS));
    expect(await mend()).toEqual(['instance.retell', 'instance.deleted']);
    expect(above.row?.vmState).toBe('deleted');
    expect(above.database.quotaUsages.get('project')).toEqual({ instances: 0, cores: 0, ramMb: 0 });
    await mend();
    expect(above.database.quotaUsages.get('project')).toEqual({ instances: 0, cores: 0, ramMb: 0 });
  });

  it('by an order that was lost: it is ordered again as it was, with the time that it has left', async () => {
    const { above, compare } = edge();
    above.holds({ ...POINTING, generation: 0, vmState: 'building', taskState: 'scheduling' });
    above.database.reservations.put(UUID, sampleReservation(UUID, 'west', { expiresAt: START + 5000 }));
    expect((await compare()).differences).toMatchObject([{ repair: 'retell', why: 'west does not have it, and did not answer its order' }]);
    const [order, retell] = above.taken('child/west').flatMap(frame => frame.envelopes);
    expect(order).toMatchObject({ method: 'instance.build', deadline: START + 5000, payload: { epoch: 1, spec: { instanceUuid: UUID } } });
    expect(retell?.method).toBe('instance.retell');
  });

  it('by an order whose time is over: it is not ordered again, but recalled by its deadline', async () => {
    const { above, mend } = edge();
    above.holds({ ...POINTING, generation: 0, vmState: 'building', taskState: 'scheduling' });
    above.database.reservations.put(UUID, sampleReservation(UUID, 'west', { expiresAt: START - 1 }));
    expect(await mend()).toEqual(['instance.retell', 'instance.unknown']);
    expect(above.row?.vmState).toBe('building');
  });

  it('by the only answer to an order: what the child has of it stays, and is told again', async () => {
    const { above, below, mend } = edge();
    above.holds({ ...POINTING, generation: 0, vmState: 'building', taskState: 'scheduling' });
    above.database.reservations.put(UUID, sampleReservation(UUID, 'west', { expiresAt: START + 5000 }));
    below.holds({ ...OWNED, ...ACTIVE, orderEpoch: 1, generation: 5 });
    expect(await mend()).toEqual(['instance.build', 'instance.retell', 'instance.state']);
    expect(above.row).toMatchObject({ ...ACTIVE, generation: 5 });
    expect(above.database.reservations.get(UUID)?.countedFrom).not.toBeNull();
  });

  it('by a database that the child lost: the server is in error and says why, and comes back with the database', async () => {
    const { above, below, mend, advance } = edge();
    above.holds({ ...POINTING, ...ACTIVE, generation: 5 });
    expect(await mend()).toEqual(['instance.retell', 'instance.unknown']);
    expect(above.row).toMatchObject({
      vmState: 'error',
      nextHop: 'west',
      fault: { message: 'Cell api!west has lost its record of this server.' },
    });
    below.holds({ ...OWNED, ...ACTIVE, generation: 5 });
    advance(HOUR_MS);
    await mend();
    expect(above.row).toMatchObject({ ...ACTIVE, fault: null });
  });

  it('by a server of a lost database that changed as often as was told of it: it is told again all the same', async () => {
    const { above, below, mend, advance } = edge();
    above.holds({ ...POINTING, ...ACTIVE, generation: 5 });
    await mend();
    below.holds({ ...OWNED, vmState: 'stopped', taskState: null, powerState: 4, generation: 6 });
    advance(HOUR_MS);
    await mend();
    expect(above.row).toMatchObject({ vmState: 'stopped', fault: null });
  });

  it('by a deletion that was lost: it is ordered again', async () => {
    const { above, below, mend } = edge();
    const deleting = { taskState: 'deleting', placement: { ...NO_PLACEMENT, deleteRequest: 'req-d' } } as const;
    above.holds({ ...POINTING, ...ACTIVE, generation: 5, ...deleting });
    below.holds({ ...OWNED, ...ACTIVE, host: null, generation: 5 });
    expect(await mend()).toEqual(['instance.delete', 'instance.deleted']);
    expect(above.row?.vmState).toBe('deleted');
    expect(below.row?.vmState).toBe('deleted');
  });

  it('by a deletion whose tombstone was pruned: the child answers for what it does not know', async () => {
    const { above, mend } = edge();
    above.holds({ ...POINTING, ...ACTIVE, generation: 5, taskState: 'deleting', placement: { ...NO_PLACEMENT, deleteRequest: 'req-d' } });
    expect(await mend()).toEqual(['instance.delete', 'instance.deleted']);
    expect(above.row?.vmState).toBe('deleted');
    expect(above.database.quotaUsages.get('project')?.instances).toBe(0);
  });

  it('by a server that was deleted and is back, as after a restore: it is removed below', async () => {
    const { above, below, mend } = edge();
    above.database.instances.put(UUID, tombstoneOf({ ...orderedInstance(UUID, 0, START), ...POINTING, generation: 7 }, START - HOUR_MS));
    below.holds({ ...OWNED, ...ACTIVE, host: null, generation: 4 });
    expect(await mend()).toEqual(['instance.recall', 'instance.deleted']);
    expect(above.row?.vmState).toBe('deleted');
    expect(below.row?.vmState).toBe('deleted');
  });

  it('by a recall that was lost: a former owner is recalled again, and the server lives on where it is', async () => {
    const { above, below, mend } = edge();
    above.holds({
      ...POINTING,
      ...ACTIVE,
      nextHop: 'east',
      cellPath: 'api!east',
      placedEpoch: 2,
      highestEpoch: 2,
      epoch: 2,
      generation: 3,
    });
    below.holds({ ...OWNED, ...ACTIVE, host: null, generation: 4 });
    expect(await mend()).toEqual(['instance.recall', 'instance.deleted']);
    expect(above.row).toMatchObject({ ...ACTIVE, nextHop: 'east' });
    expect(below.row?.vmState).toBe('deleted');
  });

  it('by a database that this cell lost: nothing is destroyed, and the operator is told', async () => {
    const { below, compare, sent } = edge();
    below.holds({ ...OWNED, ...ACTIVE, generation: 4 });
    const { differences, repaired } = await compare();
    expect(differences).toMatchObject([{ instanceUuid: UUID, here: null, there: { generation: 4 }, repair: 'unknownAbove' }]);
    expect([repaired, sent, below.row?.vmState]).toEqual([0, [], 'active']);
  });
});
