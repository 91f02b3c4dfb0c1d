import { expect, it } from 'vitest';
import { z } from 'zod';
import { ApiVersion } from './api-version.js';
import { requestSchema } from './request-schema.js';

const body = requestSchema<{ name: string; description?: string; tag?: string }>(
  z.strictObject({ name: z.string() }),
  ['2.19', previous => previous.extend({ description: z.string().optional() })],
  ['2.52', previous => previous.extend({ tag: z.string() }).omit({ description: true })],
);
const takes = (version: `2.${number}`, value: unknown): boolean => body(ApiVersion.of(version)).safeParse(value).success;

it('each step changes what the versions from it on take', () => {
  expect([
    takes('2.18', { name: 'n', description: 'd' }),
    takes('2.19', { name: 'n', description: 'd' }),
    takes('2.52', { name: 'n', description: 'd', tag: 't' }),
  ]).toEqual([false, true, false]);
  expect([takes('2.51', { name: 'n' }), takes('2.52', { name: 'n' }), takes('2.96', { name: 'n', tag: 't' })]).toEqual([true, false, true]);
});

it('versions between two steps share a schema', () => {
  expect(body(ApiVersion.of('2.20'))).toBe(body(ApiVersion.of('2.51')));
});

it('steps out of order are a mistake of the source', () => {
  expect(() => requestSchema(z.strictObject({}), ['2.20', s => s], ['2.19', s => s])).toThrow('step 2.19 stands after 2.20');
});
