import { expect, type TestAPI } from 'vitest';
import { type CellStore, type InstanceRow, NO_PLACEMENT, orderedInstance, type UnitOfWork } from '#cell';
import type { Move } from '#contracts';
import { sampleSpec } from '#testing';
import { sampleMove } from './sample-rows.js';

/** What the suite of the stores hands over to its part about moves. */
export interface MovesUnderTest {
  readonly it: TestAPI;
  stores(): { readonly first: CellStore; readonly second: CellStore; now(): number };
  write(work: (tx: UnitOfWork) => void): Promise<void>;
  uuidOf(n: number): string;
}

const NOBODY = { instances: 0, cores: 0, ramMb: 0 };

/** What every store knows of servers that move. */
export const describeMoves = ({ it, stores, write, uuidOf }: MovesUnderTest): void => {
  const moving = (n: number, change: Partial<InstanceRow> = {}, move: Partial<Move> = {}): InstanceRow => ({
    ...orderedInstance(uuidOf(n), 1, stores().now()),
    host: 'h2',
    vmState: 'resized',
    taskState: null,
    updatedAt: 100,
    move: sampleMove(uuidOf(n + 50), { status: 'finished', sourceHost: 'h1', destHost: 'h2', ...move }),
    ...change,
  });

  it('come back as they were written', async () => {
    const row = moving(1, {}, { held: { vcpus: 1, memoryMb: 2, diskGb: 3 } });
    await write(tx => tx.instances.put(row));
    const found = await stores().second.transact({ instances: [row.uuid] }, ({ work }) => work.instances.get(row.uuid));
    expect(found).toEqual(row);
  });

  it('and wait to be confirmed are listed, as far as they are old, and no more than asked for', async () => {
    const { second } = stores();
    await write(tx => {
      for (const n of [1, 2]) tx.instances.put(moving(n));
      tx.instances.put(moving(3, { updatedAt: 101 }));
      tx.instances.put(moving(4, { taskState: 'resize_reverting' }));
      tx.instances.put(moving(5, { vmState: 'active' }, { status: 'confirmed' }));
      tx.instances.put(moving(6, { nextHop: 'west' }));
      tx.instances.put(moving(7, { deletedAt: 5 }));
      tx.instances.put(moving(8, { host: 'h1' }, { destHost: 'h1' }));
    });
    expect(await second.listUnconfirmed(99, 10)).toEqual([]);
    expect(await second.listUnconfirmed(100, 10)).toEqual([uuidOf(1), uuidOf(2), uuidOf(8)]);
    expect(await second.listUnconfirmed(100, 1)).toEqual([uuidOf(1)]);
  });

  it('are no strangers on either of their hosts until it is over', async () => {
    const { first } = stores();
    await write(tx => {
      tx.instances.put(moving(1));
      tx.instances.put(moving(2, {}, { status: 'confirmed' }));
    });
    const both = [uuidOf(1), uuidOf(2)];
    expect(await first.listStrangers('h2', both)).toEqual([]);
    expect(await first.listStrangers('h1', both)).toEqual([{ uuid: uuidOf(2), epoch: 1 }]);
    expect((await first.listStrangers('h3', both)).map(({ uuid }) => uuid).sort()).toEqual(both);
  });

  it('count for their user by the larger of both flavors while it lasts, and not while their quota is given back', async () => {
    const { first, second } = stores();
    const uuid = uuidOf(1);
    const spec = sampleSpec(uuid);
    const { projectId, userId, flavor } = spec;
    const larger = { ...flavor, vcpus: flavor.vcpus + 3, memoryMb: flavor.memoryMb + 512 };
    const use = () =>
      second.transact({ quotas: [projectId], userQuotas: [{ projectId, userId }] }, ({ work }) => work.quotaUsage(projectId, userId));
    expect(await use()).toEqual(NOBODY);
    await first.transact({ newInstances: [uuid] }, ({ work: tx }) => {
      tx.instances.put(moving(1, {}, { oldFlavor: flavor, newFlavor: larger }));
      tx.requestSpecs.put({ uuid, spec });
      tx.serverColumns.add({ uuid, columns: { project_id: projectId, user_id: userId, flavor: JSON.stringify(flavor) } });
    });
    expect(await use()).toEqual({ instances: 1, cores: larger.vcpus, ramMb: larger.memoryMb });
    await first.transact({ instances: [uuid] }, ({ work: tx }) => {
      const row = tx.instances.get(uuid)!;
      tx.instances.put({ ...row, move: { ...row.move!, status: 'reverted' } });
    });
    expect(await use()).toEqual({ instances: 1, cores: flavor.vcpus, ramMb: flavor.memoryMb });
    await first.transact({ instances: [uuid] }, ({ work: tx }) => {
      const quotaReturned = { projectId, userId, instances: 1, cores: flavor.vcpus, ramMb: flavor.memoryMb };
      tx.instances.put({ ...tx.instances.get(uuid)!, placement: { ...NO_PLACEMENT, quotaReturned } });
    });
    expect(await use()).toEqual(NOBODY);
  });
};
