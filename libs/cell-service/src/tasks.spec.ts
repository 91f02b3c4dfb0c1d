import { beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '#domain';
import { Tasks } from './tasks.js';

let now: number;
let tasks: Tasks;
beforeEach(() => {
  now = 0;
  tasks = new Tasks(silentLogger, () => now);
});

const fail = () => tasks.run('tick', () => Promise.reject(new Error('Access denied for cell@10.0.0.1')));

describe('periodic work', () => {
  it('ails when it fails again and again, until it succeeds; strangers are not told why', async () => {
    await fail();
    expect(tasks.ailment()).toBeUndefined();
    await fail();
    expect(tasks.ailment()).toBe("periodic work 'tick' fails");
    await tasks.run('tick', async () => undefined);
    expect(tasks.ailment()).toBeUndefined();
  });

  it('ails when it waits for somebody who does not answer, until he does', async () => {
    let answer: () => void = () => undefined;
    const run = tasks.run('tick', () => new Promise<void>(resolve => (answer = resolve)));
    now = 20_000;
    expect(tasks.ailment()).toBeUndefined();
    now = 30_000;
    expect(tasks.ailment()).toBe("periodic work 'tick' has not ended for 30 s");
    answer();
    await run;
    expect(tasks.ailment()).toBeUndefined();
  });
});
