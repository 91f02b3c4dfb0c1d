import { expect, it } from 'vitest';
import { BatchedReads } from './batched-reads.js';

const setup = () => {
  const statements: { keys: readonly string[]; answer: (found: ReadonlyMap<string, string>) => void; fail: (error: Error) => void }[] = [];
  const reads = new BatchedReads<string>(keys => new Promise((answer, fail) => statements.push({ keys, answer, fail })), {
    atOnce: 2,
    maxKeys: 3,
  });
  return { statements, reads };
};

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

it('those of one turn share a statement, and so do those that come while all are under way', async () => {
  const { statements, reads } = setup();
  const first = [reads.get('a'), reads.get('b'), reads.get('a')];
  await turn();
  const second = [reads.get('c')];
  await turn();
  const third = ['d', 'e', 'd'].map(key => reads.get(key));
  await turn();
  expect(statements.map(({ keys }) => keys)).toEqual([['a', 'b'], ['c']]);

  statements[0]?.answer(
    new Map([
      ['a', 'A'],
      ['b', 'B'],
    ]),
  );
  expect(await Promise.all(first)).toEqual(['A', 'B', 'A']);
  await turn();
  expect(statements[2]?.keys).toEqual(['d', 'e']);
  statements[1]?.answer(new Map());
  statements[2]?.answer(
    new Map([
      ['d', 'D'],
      ['e', 'E'],
    ]),
  );
  expect(await Promise.all([...second, ...third])).toEqual([undefined, 'D', 'E', 'D']);
});

it('a statement has no more keys than it may', async () => {
  const { statements, reads } = setup();
  for (const key of ['a', 'b', 'c', 'd']) void reads.get(key);
  await turn();
  expect(statements.map(({ keys }) => keys)).toEqual([['a', 'b', 'c'], ['d']]);
});

it('a statement that fails is an error of those in it, and of nobody else', async () => {
  const { statements, reads } = setup();
  const a = reads.get('a');
  await turn();
  const b = reads.get('b');
  await turn();
  statements[0]?.fail(new Error('lost'));
  statements[1]?.answer(new Map([['b', 'B']]));
  await expect(a).rejects.toThrow('lost');
  expect(await b).toBe('B');
});
