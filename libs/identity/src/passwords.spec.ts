import { expect, it } from 'vitest';
import { Passwords } from './passwords.js';

const cheap = { N: 2, r: 1, p: 1 };

it('a password matches its own hash and no other', async () => {
  const passwords = new Passwords(cheap);
  const hash = await passwords.hash('geheim');
  expect(await passwords.matches('geheim', hash)).toBe(true);
  expect(await passwords.matches('geheim ', hash)).toBe(false);
});

it('without a hash nothing matches', async () => {
  expect(await new Passwords(cheap).matches('', null)).toBe(false);
});

it('the same password is hashed differently each time', async () => {
  const passwords = new Passwords(cheap);
  expect(await passwords.hash('geheim')).not.toBe(await passwords.hash('geheim'));
});

it('a hash made at another cost still matches', async () => {
  const hash = await new Passwords({ N: 4, r: 2, p: 1 }).hash('geheim');
  expect(await new Passwords(cheap).matches('geheim', hash)).toBe(true);
});
