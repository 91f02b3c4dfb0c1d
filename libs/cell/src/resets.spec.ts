import { describe, expect, it } from 'vitest';
import type { RequestId } from '#domain';
import { ACTIVE, edge, HOUR_MS, OWNED, POINTING, START, UUID } from './comparison/edge.fixture.js';

const asAdmin = (requestId: string) => ({
  requestId: requestId as RequestId,
  userId: 'admin',
  projectId: 'project',
  roles: new Set(['admin']),
  deadline: START + HOUR_MS,
});

/** A server that runs in the child, and what the administrator sees of it at the top. */
const running = () => {
  const { above, below, mend, advance } = edge();
  above.holds({ ...POINTING, ...ACTIVE, launchedAt: START, generation: 5 });
  below.holds({ ...OWNED, ...ACTIVE, launchedAt: START, orderEpoch: 1, placedEpoch: 1, generation: 5 });
  const reset = (requestId: string, state: 'active' | 'error') => above.orders.resetState(asAdmin(requestId), UUID, state);
  const takeDown = () => below.engine.receive(above.taken('child/west'));
  const told = () => below.taken('parent');
  const seen = () => above.row?.vmState;
  return {
    above,
    below,
    mend,
    advance,
    reset,
    takeDown,
    told,
    seen,
    hear: (frames: ReturnType<typeof told>) => above.engine.receive(frames),
  };
};

describe('a state that an administrator resets', () => {
  it('is that of the owner too', async () => {
    const { above, below, reset, takeDown, told, hear } = running();
    await reset('req-1', 'error');
    await takeDown();
    await hear(told());
    expect(below.row).toMatchObject({ vmState: 'error', generation: 6 });
    expect(above.row).toMatchObject({ vmState: 'error', generation: 6, placement: { triedCells: [] } });
    expect(above.row?.placement.reset).toBeUndefined();
  });

  it('is not hidden by what the owner told before it knew', async () => {
    const { below, reset, takeDown, told, hear, seen } = running();
    await reset('req-1', 'error');
    await takeDown();
    const ofTheFirst = told();
    await reset('req-2', 'active');
    await hear(ofTheFirst);
    expect(seen()).toBe('active');
    await takeDown();
    await hear(told());
    expect([seen(), below.row?.vmState]).toEqual(['active', 'active']);
  });

  it('is followed by what comes after it, told in whichever order', async () => {
    const { below, reset, takeDown, told, hear, above } = running();
    await reset('req-1', 'error');
    await takeDown();
    const answer = told();
    await reset('req-2', 'active');
    await takeDown();
    await hear(told());
    await hear(answer);
    expect(above.row).toMatchObject({ vmState: 'active', generation: below.row?.generation });
  });

  it('lets what is ordered after it be seen to go on', async () => {
    const { above, reset, takeDown, told, hear } = running();
    await reset('req-1', 'active');
    await takeDown();
    await above.orders.act(asAdmin('req-2'), UUID, { name: 'pause' });
    await hear(told());
    expect(above.row).toMatchObject({ vmState: 'active', taskState: 'pausing', generation: 6 });
    await takeDown();
    await hear(told());
    expect(above.row).toMatchObject({ taskState: 'pausing', generation: 7 });
  });

  it('gives way to the owner when the owner never had it, as after a restore of its database', async () => {
    const { above, below, reset, advance, mend } = running();
    await reset('req-1', 'error');
    above.taken('child/west');
    below.holds({ ...OWNED, ...ACTIVE, vmState: 'stopped', orderEpoch: 1, placedEpoch: 1, generation: 6 });
    advance(HOUR_MS);
    await mend();
    expect(above.row).toMatchObject({ vmState: 'stopped', generation: 6 });
  });
});
