import { describe, expect, it } from 'vitest';
import { leafWithServer } from '#simulation';
import { sampleSpec } from '#testing';

const OTHER = '00000000-0000-4000-8000-000000000002';
const FROM_PARENT = { source: 'api', target: 'api!west' };

/** What the leaf tells its parent of a server that was deleted before it came. */
const answers = (leaf: ReturnType<typeof leafWithServer>) => leaf.told().map(({ method, payload }) => ({ method, payload }));
const deleted = (epoch: number) => ({
  method: 'instance.deleted',
  payload: expect.objectContaining({ instanceUuid: OTHER, version: { epoch, generation: 1 } }),
});

describe('a deletion that overtakes its order', () => {
  it('is answered at once, though there is nothing to delete', async () => {
    const leaf = leafWithServer();
    await leaf.receive('instance.delete', { instanceUuid: OTHER, epoch: 3 }, FROM_PARENT);
    expect(answers(leaf)).toEqual([deleted(3)]);
  });

  it('has the order answered too, with the epoch of the order, and nothing begun', async () => {
    const leaf = leafWithServer();
    await leaf.receive('instance.delete', { instanceUuid: OTHER, epoch: 3 }, FROM_PARENT);
    const order = { spec: sampleSpec(OTHER), epoch: 4, globalsVersion: 0 };
    await leaf.receive('instance.build', order, FROM_PARENT);
    expect(answers(leaf)).toEqual([deleted(3), deleted(4)]);
    expect(leaf.commands()).toEqual([]);
    expect(leaf.database.instances.get(OTHER)?.deletedAt).not.toBeNull();
  });
});
