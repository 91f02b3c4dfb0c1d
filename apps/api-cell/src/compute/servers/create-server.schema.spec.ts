import { expect, it } from 'vitest';
import { ApiVersion } from '#microversion';
import { checkBody } from '../api/validation.js';
import { createServerBody } from './create-server.schema.js';

const IMAGE = '11111111-2222-4333-8444-555555555555';
const base = { name: 'web', flavorRef: '1', imageRef: IMAGE };
const check = (version: `2.${number}`, server: object, more: object = {}) =>
  checkBody(createServerBody(ApiVersion.of(version)), { server: { ...base, ...server }, ...more });
const refusal = (version: `2.${number}`, server: object): string => {
  try {
    check(version, server);
    return 'taken';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};
const unexpected = (name: string) => expect.stringContaining(`Additional properties are not allowed ('${name}' was unexpected)`);

it.each([
  ['description', '2.18', '2.19', { description: 'd' }],
  ['tags', '2.51', '2.52', { networks: 'none', tags: ['a'] }],
  ['trusted_image_certificates', '2.62', '2.63', { networks: 'none', trusted_image_certificates: null }],
  ['host', '2.73', '2.74', { networks: 'none', host: 'h1' }],
  ['hostname', '2.89', '2.90', { networks: 'none', hostname: 'web' }],
] as const)('%s is unknown at %s and taken at %s', (name, before, since, server) => {
  expect(refusal(before, server)).toEqual(unexpected(name));
  expect(refusal(since, server)).toBe('taken');
});

it('personality ends with 2.56', () => {
  const personality = [{ path: '/a', contents: 'YQ==' }];
  expect([refusal('2.56', { networks: 'none', personality }), refusal('2.57', { networks: 'none', personality })]).toEqual([
    'taken',
    unexpected('personality'),
  ]);
});

it('booleans are true, false or their spellings, never numbers', () => {
  for (const config_drive of [true, 'False', 'yes', '0']) expect(refusal('2.1', { config_drive })).toBe('taken');
  for (const config_drive of [1, 0, null, 'maybe']) expect(refusal('2.1', { config_drive })).toContain('is not one of');
});

it('hints are of the types that the schedulers of Nova read', () => {
  const hint = (hints: object) => () => check('2.1', {}, { 'os:scheduler_hints': hints });
  for (const hints of [{ query: '[]' }, { query: {} }, { same_host: 'a' }, { target_cell: 'api!west' }]) expect(hint(hints)).not.toThrow();
  for (const hints of [{ query: null }, { query: 1 }, { same_host: 1 }, { target_cell: '' }]) expect(hint(hints)).toThrow();
});

it('networks is a list, from 2.37 also a word, and then it must be there', () => {
  expect(refusal('2.36', {})).toBe('taken');
  expect(refusal('2.36', { networks: 'auto' })).toContain("'auto' is not of type 'array'");
  expect(refusal('2.37', {})).toContain("'networks' is a required property");
  for (const networks of ['auto', 'none', []]) expect(refusal('2.37', { networks })).toBe('taken');
  expect(refusal('2.37', { networks: 'all' })).toContain('Invalid input for field/attribute networks. Value: all.');
});

it('a fully qualified hostname is taken from 2.94', () => {
  const server = { networks: 'none', hostname: 'web.example.org' };
  expect([refusal('2.93', server), refusal('2.94', server)]).toEqual([expect.stringContaining('does not match'), 'taken']);
});

it.each([
  [{ name: 5 }, "Invalid input for field/attribute name. Value: 5. 5 is not of type 'string'"],
  [{ name: 'x'.repeat(256) }, expect.stringContaining('is too long')],
  [{ flavorRef: undefined }, expect.stringContaining("'flavorRef' is a required property")],
  [{ imageRef: 'cirros' }, expect.stringContaining('Invalid input for field/attribute imageRef. Value: cirros.')],
  [
    { metadata: { 'a/b': 'c' } },
    "Invalid input for field/attribute metadata. Value: {'a/b': 'c'}. 'a/b' does not match any of the regexes: '^[a-zA-Z0-9-_:. ]{1,255}$'",
  ],
  [{ metadata: { a: 1 } }, "Invalid input for field/attribute a. Value: 1. 1 is not of type 'string'"],
  [{ min_count: 0 }, 'Invalid input for field/attribute min_count. Value: 0. 0 is less than the minimum of 1'],
  [{ min_count: 'two' }, expect.stringContaining('Invalid input for field/attribute min_count. Value: two.')],
  [
    { 'OS-DCF:diskConfig': 'BIG' },
    "Invalid input for field/attribute OS-DCF:diskConfig. Value: BIG. 'BIG' is not one of ['AUTO', 'MANUAL']",
  ],
  [{ accessIPv4: '300.1.1.1' }, "Invalid input for field/attribute accessIPv4. Value: 300.1.1.1. '300.1.1.1' is not a 'ipv4'"],
  [{ user_data: 'not base64!' }, "Invalid input for field/attribute user_data. Value: not base64!. 'not base64!' is not a 'base64'"],
  [{ config_drive: 'perhaps' }, expect.stringContaining('Invalid input for field/attribute config_drive. Value: perhaps.')],
])('%j is refused as Nova would', (server, message) => expect(refusal('2.1', server)).toEqual(message));

it('words and digits become what they mean', () => {
  const { server } = check('2.52', { networks: 'none', config_drive: 'True', min_count: '2', tags: ['a', 'a', 'b'] });
  expect([server.config_drive, server.min_count, server.tags]).toEqual([true, 2, ['a', 'b']]);
});

it('hints may be given under both names', () => {
  expect(check('2.1', {}, { 'os:scheduler_hints': { foo: 'bar' }, 'OS-SCH-HNT:scheduler_hints': { query: 'q' } })).toMatchObject({
    'os:scheduler_hints': { foo: 'bar' },
  });
});

it('the tolerant endpoint drops unknown keys at any depth, and nothing else', () => {
  const schema = createServerBody(ApiVersion.of('2.1'));
  expect(checkBody(schema, { extra: 1, server: { ...base, colour: 'red' } }, true)).toEqual({ server: base });
  expect(() => checkBody(schema, { server: { ...base, name: '', colour: 'red' } }, true)).toThrow('too short');
});
