import { describe, expect, it } from 'vitest';
import { PowerState, shapeOf } from '#domain';
import { leafWithServer, LEAF_EPOCH as NOW, sampleHost, sampleMove, LEAF_SERVER as UUID } from '#simulation';
import { sampleSpec } from '#testing';

const SPEC = sampleSpec(UUID);
const SHAPE = shapeOf(SPEC.flavor);
const MOVE = sampleMove('00000000-0000-4000-8000-0000000000aa', {
  status: 'finished',
  sourceHost: 'h2',
  sourceNode: 'h2',
  destHost: 'h1',
  destNode: 'h1',
  held: SHAPE,
});

/** A server that was resized to h1 when the story begins, and of which h2 still has what it was made from. */
const resized = (confirmSeconds: number) => {
  const leaf = leafWithServer(
    { vmState: 'resized', claim: SHAPE, move: MOVE, updatedAt: NOW },
    { moves: { allowResizeToSameHost: false, confirmSeconds } },
  );
  const claimed = { used: SHAPE, claims: 1, lastSeenAt: NOW };
  leaf.database.hosts.put('h1', sampleHost('h1', claimed));
  leaf.database.hosts.put('h2', sampleHost('h2', claimed));
  const waits = { vmState: 'resized', taskState: null, move: { status: 'finished' } };
  return { ...leaf, waits };
};

describe('a resize that nobody confirms', () => {
  it('is confirmed when its time is over, and not before', async () => {
    const leaf = resized(60);
    await leaf.pass(59);
    expect([leaf.instance(), leaf.commands()]).toMatchObject([leaf.waits, []]);
    await leaf.pass(1);
    const [order] = leaf.commands();
    expect(order).toMatchObject({ method: 'guest.destroy', target: 'api!west@h2' });
    const gone = { commandId: order!.id, powerState: PowerState.NOSTATE, startedAt: NOW, finishedAt: NOW, error: null };
    await leaf.receive('guest.destroyed', gone, { source: 'api!west@h2' });
    await leaf.pass(1);
    expect(leaf.instance()).toMatchObject({ vmState: 'active', taskState: null, move: { status: 'confirmed', held: null } });
    expect([leaf.database.hosts.get('h1')?.claims, leaf.database.hosts.get('h2')?.claims]).toEqual([1, 0]);
    expect(leaf.told().at(-1)).toMatchObject({ method: 'instance.state', payload: { report: { vmState: 'active' } } });
  });

  it('is confirmed once, however often the cell looks', async () => {
    const leaf = resized(60);
    await leaf.pass(60);
    await leaf.pass(1);
    expect(leaf.commands()).toHaveLength(1);
  });

  it('waits for its user where the operator has set no time', async () => {
    const leaf = resized(0);
    await leaf.pass(30 * 24 * 3600);
    expect([leaf.instance(), leaf.commands()]).toMatchObject([leaf.waits, []]);
  });
});
