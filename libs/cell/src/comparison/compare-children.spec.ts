import { describe, expect, it } from 'vitest';
import { seededRandom } from '#testing';
import { orderedInstance } from '../instances.js';
import { ACTIVE, edge, HOUR_MS, OWNED, POINTING, START } from './edge.fixture.js';

const random = seededRandom(1);

describe('a comparison', () => {
  it('leaves alone what has just changed on either side', async () => {
    const { above, below, mend, compare, advance } = edge();
    above.holds({ ...POINTING, generation: 3, vmState: 'building', taskState: 'spawning' });
    below.holds({ ...OWNED, ...ACTIVE, generation: 5, updatedAt: START - 1000 });
    expect((await compare()).differences).toMatchObject([{ settled: false, repair: 'retell' }]);
    expect(await mend()).toEqual([]);
    advance(31_000);
    expect(await mend()).toEqual(['instance.retell', 'instance.state']);
  });

  it('leaves an edge alone on which frames wait', async () => {
    const { above, below, compare, advance, clock } = edge();
    above.holds({ ...POINTING, generation: 3, vmState: 'building', taskState: 'spawning' });
    below.holds({ ...OWNED, ...ACTIVE, generation: 5 });
    below.database.outbox.set('f', { frame: { id: 'f', destination: 'parent', body: '' }, leaseUntil: 0, writtenAt: clock.now() });
    advance(6000);
    expect(await compare()).toMatchObject({ waiting: 1, repaired: 0, differences: [{ repair: 'retell' }] });
  });

  it('changes nothing when it is only to look', async () => {
    const { above, below, compare } = edge();
    above.holds({ ...POINTING, generation: 3, vmState: 'building', taskState: 'spawning' });
    below.holds({ ...OWNED, ...ACTIVE, generation: 5 });
    expect(await compare(true)).toMatchObject({
      child: 'api!west',
      repaired: 0,
      differences: [
        { here: { generation: 3, taskState: 'spawning' }, there: { generation: 5, taskState: null }, settled: true, repair: 'retell' },
      ],
    });
    expect(above.database.outbox.size).toBe(0);
  });

  it('finds one row among thousands in a few kilobytes', async () => {
    const { above, below, compare, asked } = edge();
    for (let n = 0; n < 5000; n += 1) {
      const uuid = random.uuid();
      const row = { ...orderedInstance(uuid, 1, START - HOUR_MS), ...OWNED, ...ACTIVE, generation: 5 };
      below.database.instances.put(uuid, row);
      above.database.instances.put(uuid, { ...row, nextHop: 'west', ...(n === 777 ? { generation: 4 } : {}) });
    }
    expect((await compare(true)).differences).toHaveLength(1);
    expect(asked.join('').length).toBeLessThan(15_000);
    expect(asked.length / 2).toBeLessThanOrEqual(5);
  });

  it('looks at a bounded part when everything differs, and ends with all of it mended', async () => {
    const { above, below, compare, mend, asked } = edge();
    for (let n = 0; n < 1200; n += 1) {
      const row = { ...orderedInstance(random.uuid(), 1, START - HOUR_MS), ...OWNED, ...ACTIVE, generation: 5 };
      below.database.instances.put(row.uuid, row);
      above.database.instances.put(row.uuid, { ...row, nextHop: 'west', generation: 4 });
    }
    expect(await compare(true)).toMatchObject({ more: true });
    expect(Math.max(...asked.map(text => text.length))).toBeLessThan(200_000);
    let rounds = 0;
    while ((await compare(true)).differences.length) {
      await mend();
      rounds += 1;
    }
    expect(rounds).toBeLessThan(10);
  }, 60_000);
});
