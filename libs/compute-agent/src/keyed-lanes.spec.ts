import { describe, expect, it } from 'vitest';
import { ManualClock } from '#testing';
import { KeyedLanes } from './keyed-lanes.js';

describe('keyed lanes', () => {
  const setUp = (limit: number) => {
    const clock = new ManualClock();
    const lanes = new KeyedLanes(limit);
    const log: string[] = [];
    const work = (key: string, name: string, milliseconds = 10) =>
      lanes.run(key, async () => {
        log.push(`${name} begins`);
        await clock.sleep(milliseconds);
        log.push(`${name} ends`);
        return name;
      });
    return { clock, lanes, log, work };
  };

  it('work of one key runs in the order in which it came, one at a time', async () => {
    const { clock, log, work } = setUp(10);
    const all = [work('a', 'a1', 30), work('a', 'a2', 10)];
    await clock.advance(100);
    expect(await Promise.all(all)).toEqual(['a1', 'a2']);
    expect(log).toEqual(['a1 begins', 'a1 ends', 'a2 begins', 'a2 ends']);
  });

  it('work of different keys runs at once, up to the limit', async () => {
    const { clock, log, work } = setUp(2);
    const all = [work('a', 'a'), work('b', 'b'), work('c', 'c')];
    await clock.advance(5);
    expect(log).toEqual(['a begins', 'b begins']);
    await clock.advance(100);
    expect(await Promise.all(all)).toEqual(['a', 'b', 'c']);
  });

  it('work that fails fails for who asked, and the next of its key runs', async () => {
    const { lanes } = setUp(1);
    const failing = lanes.run('a', () => Promise.reject(new Error('no')));
    const next = lanes.run('a', async () => 'yes');
    await expect(failing).rejects.toThrow('no');
    expect(await next).toBe('yes');
    await lanes.drained();
  });
});
