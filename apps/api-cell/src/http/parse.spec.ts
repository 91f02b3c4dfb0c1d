import { expect, it } from 'vitest';
import { z } from 'zod';
import { parse } from './parse.js';

const Schema = z.strictObject({ user: z.strictObject({ name: z.string(), enabled: z.boolean().default(true) }) });

const messageOf = (input: unknown): string => {
  try {
    parse(Schema, input);
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
  return 'accepted';
};

it('gives what the schema makes of the input', () => {
  expect(parse(Schema, { user: { name: 'a' } })).toEqual({ user: { name: 'a', enabled: true } });
});

it('names the field that is wrong', () => {
  expect(messageOf({ user: { name: 1 } })).toMatch(/^Invalid input for field 'user.name': /);
  expect(messageOf({})).toMatch(/^Invalid input for field 'user': /);
  expect(messageOf(undefined)).toMatch(/^Invalid input for field 'body': /);
});

it('names the field that nobody knows', () => {
  expect(messageOf({ user: { name: 'a' }, x: 1 })).toBe("Additional properties are not allowed ('x' was unexpected)");
  expect(messageOf({ user: { name: 'a', x: 1 } })).toBe("Additional properties are not allowed in user ('x' was unexpected)");
});
