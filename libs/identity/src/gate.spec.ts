import { expect, it } from 'vitest';
import { Gate } from './gate.js';

/** Work that ends when it is told to. */
const work = () => {
  let finish = () => {};
  const ended = new Promise<void>(resolve => {
    finish = resolve;
  });
  return { run: () => ended, finish };
};

it('runs so many at once, the others in their order, and refuses what does not fit the queue', async () => {
  const gate = new Gate({ running: 1, waiting: 1 });
  const [first, second] = [work(), work()];
  const order: string[] = [];
  const one = gate.pass(first.run).then(() => order.push('first'));
  const two = gate.pass(second.run).then(() => order.push('second'));
  await expect(gate.pass(async () => {})).rejects.toMatchObject({ kind: 'unavailable' });
  second.finish();
  first.finish();
  await Promise.all([one, two]);
  expect(order).toEqual(['first', 'second']);
});

it('work that fails gives its place back', async () => {
  const gate = new Gate({ running: 1, waiting: 0 });
  await expect(gate.pass(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  expect(await gate.pass(async () => 'next')).toBe('next');
});
