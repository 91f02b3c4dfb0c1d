import { expect, it } from 'vitest';
import type { TokenIdentity } from './identity-service.js';
import { TokenCache } from './token-cache.js';

const identity = (id: string): TokenIdentity => ({
  user: { id, name: id, domain: { id: 'default', name: 'Default' } },
  project: null,
  domain: null,
  roles: [],
  roleNames: new Set(),
  methods: [],
  auditIds: [],
  issuedAt: 0,
  expiresAt: 1,
});

const cacheAt = (maxEntries?: number) => {
  const time = { now: 0 };
  return { time, cache: new TokenCache({ maxAgeMs: 500, maxEntries, elapsed: () => time.now }) };
};

it('an answer is believed until 500 ms after its validation began, however long that took', async () => {
  const { time, cache } = cacheAt();
  let validated = 0;
  const validate = async () => {
    validated++;
    time.now += 300;
    return identity('u');
  };
  await cache.get('t', validate);
  time.now = 499;
  await cache.get('t', validate);
  expect(validated).toBe(1);
  time.now = 500;
  await cache.get('t', validate);
  expect(validated).toBe(2);
});

it('callers at the same time share one validation', async () => {
  const { cache } = cacheAt();
  let validated = 0;
  const validate = async () => identity(`u${++validated}`);
  const users = await Promise.all([1, 2, 3].map(() => cache.get('t', validate)));
  expect(users.map(({ user }) => user.id)).toEqual(['u1', 'u1', 'u1']);
});

it('a refusal is not kept', async () => {
  const { cache } = cacheAt();
  await expect(cache.get('t', () => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
  expect((await cache.get('t', async () => identity('u'))).user.id).toBe('u');
});

it('holds no more than its size, dropping the oldest', async () => {
  const { cache } = cacheAt(2);
  const asked: string[] = [];
  const get = (token: string) =>
    cache.get(token, async () => {
      asked.push(token);
      return identity(token);
    });
  for (const token of ['a', 'b', 'c', 'b', 'a']) await get(token);
  expect(asked).toEqual(['a', 'b', 'c', 'a']);
});
