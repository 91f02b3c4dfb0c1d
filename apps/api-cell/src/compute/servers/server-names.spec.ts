import { expect, it } from 'vitest';
import { generatePassword, hostnameFrom, numbered } from './server-names.js';

it.each([
  ['web', 'web'],
  ['My Server_1', 'my-server-1'],
  ['a.b.c', 'a.b.c'],
  ['-.x.-', 'x'],
  ['ünïcode', 'unicode'],
  ['日本', ''],
  ['x'.repeat(70), 'x'.repeat(63)],
  [`${'x'.repeat(62)}-y`, 'x'.repeat(62)],
])('the host name of %s is %s', (name, hostname) => expect(hostnameFrom(name)).toBe(hostname));

it('several servers are numbered from 1, a single one is not', () => {
  expect([numbered('a', 1, 0), numbered('a', 2, 0), numbered('a', 2, 1)]).toEqual(['a', 'a-1', 'a-2']);
});

it('a password has a digit and letters of both cases, and no two are alike', () => {
  const passwords = Array.from({ length: 200 }, generatePassword);
  expect(passwords.every(text => /^[2-9A-Za-z]{12}$/.test(text) && /[2-9]/.test(text) && /[A-Z]/.test(text) && /[a-z]/.test(text))).toBe(
    true,
  );
  expect(new Set(passwords).size).toBe(200);
});
