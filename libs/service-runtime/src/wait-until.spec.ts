import { expect, it } from 'vitest';
import type { Clock } from '#domain';
import { waitUntil } from './wait-until.js';

/** Time passes only by sleeping. */
const sleepingClock = (): Clock => {
  let now = 0;
  return {
    now: () => now,
    sleep: async milliseconds => {
      now += milliseconds;
    },
  };
};

it('gives what the condition gave at last', async () => {
  let asked = 0;
  const found = await waitUntil(() => (++asked === 3 ? 'there' : undefined), { timeoutMs: 100, everyMs: 10, clock: sleepingClock() });
  expect([found, asked]).toEqual(['there', 3]);
});

it('ends at its time, after one last look, and names what was waited for', async () => {
  const clock = sleepingClock();
  const waiting = waitUntil(() => false, { timeoutMs: 25, everyMs: 10, what: 'the broker', clock });
  await expect(waiting).rejects.toMatchObject({ kind: 'deadlineExceeded', message: 'waited 25 ms in vain for the broker' });
  expect(clock.now()).toBe(25);
});

it('an error of the condition ends the waiting', async () => {
  const broken = () => Promise.reject(new Error('broken'));
  await expect(waitUntil(broken, { timeoutMs: 100, everyMs: 10, clock: sleepingClock() })).rejects.toThrow('broken');
});
