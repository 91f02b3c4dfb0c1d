import { describe, expect, it } from 'vitest';
import { ManualClock } from './manual-clock.js';

describe('ManualClock', () => {
  it('stands still until it is moved', () => {
    const clock = new ManualClock(1000);
    expect([clock.now(), clock.now()]).toEqual([1000, 1000]);
  });

  it('wakes sleepers in the order of their moments, each at its own', async () => {
    const clock = new ManualClock(0);
    const woken: [string, number][] = [];
    const sleepFor = async (name: string, ms: number) => {
      await clock.sleep(ms);
      woken.push([name, clock.now()]);
    };
    const both = Promise.all([sleepFor('late', 30), sleepFor('early', 10)]);
    await clock.advance(50);
    await both;
    expect(woken).toEqual([
      ['early', 10],
      ['late', 30],
    ]);
    expect(clock.now()).toBe(50);
  });

  it('wakes one that falls asleep again while the time moves', async () => {
    const clock = new ManualClock(0);
    let ticks = 0;
    const loop = (async () => {
      for (; ticks < 3; ticks++) await clock.sleep(10);
    })();
    await clock.advance(25);
    expect([ticks, clock.sleeping]).toEqual([2, 1]);
    await clock.advance(5);
    await loop;
    expect(ticks).toBe(3);
  });
});
