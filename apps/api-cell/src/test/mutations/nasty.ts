import fc from 'fast-check';

/** Nests `depth` objects: parsers and validators that recurse have an end somewhere. */
const nested = (depth: number): unknown => {
  let value: unknown = 'deep';
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? { a: value } : [value];
  return value;
};

/** Values that have broken services before: of other types, at the ends of ranges, too long, of odd characters. */
export const nastyValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, true, false, [], {}, [[]], [null], { a: null }, nested(300)),
  fc.constantFrom<unknown>(0, -1, -0, 1.5, 2 ** 31 - 1, 2 ** 31, -(2 ** 31) - 1, 2 ** 53, 2 ** 64, 1e308, 5e-324),
  fc.constantFrom('0', '-1', '1.5', '2147483648', '99999999999999999999', '1e5', '0x10', '٣', 'NaN', 'Infinity', 'true', 'null', 'None'),
  fc.constantFrom(
    '',
    ' ',
    '\n',
    ' a',
    'a ',
    '\u0000',
    'a\u0000b',
    '\u001b',
    '\u00ad',
    '\u202e',
    '\ufeff',
    '\uffff',
    '\ud800',
    '😀',
    'ﬀ',
    'é',
    'İ',
  ),
  fc.constantFrom(
    "'",
    '"',
    '\\',
    '%',
    '_',
    '`',
    "' OR 1=1 -- ",
    '../..',
    '/',
    '?',
    '#',
    ',',
    ':',
    '{}',
    '[]',
    '<a>',
    '$where',
    '__proto__',
  ),
  fc.constantFrom(
    '2026-13-45',
    '2026-01-01',
    '2026-01-01T00:00:00Z',
    '9999-12-31T23:59:59Z',
    '-271821-04-20T00:00:00Z',
    '+275760-09-13T00:00:00Z',
  ),
  fc.constantFrom(61, 64, 65, 256, 1025, 70_000).map(length => 'x'.repeat(length)),
  fc.constantFrom(51, 200).map(length => Array.from({ length }, (_, index) => `item-${index}`)),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.jsonValue({ maxDepth: 3 }),
);

export const nastyText: fc.Arbitrary<string> = nastyValue.map(value => (typeof value === 'string' ? value : JSON.stringify(value)));

/** Names of fields that nobody foresaw, those of an object's prototype among them. */
export const nastyKey: fc.Arbitrary<string> = fc
  .oneof(
    fc.constantFrom(
      '',
      'x',
      ' ',
      'id',
      'constructor',
      'toString',
      'hasOwnProperty',
      'length',
      '0',
      '\u0000',
      '😀',
      'a.b',
      'a/b',
      'x'.repeat(300),
    ),
    fc.string({ maxLength: 12 }),
  )
  .filter(key => key !== '__proto__');

/** Bodies that are no JSON, or not the JSON that they seem to be. */
export const RAW_BODIES: readonly string[] = [
  '',
  '{',
  '{}',
  '[]',
  'null',
  'true',
  '1',
  '""',
  '[{}]',
  '{"":{}}',
  '{"a":1}{"b":2}',
  "{'a': 1}",
  '{"__proto__":{"admin":true}}',
  '{"constructor":{"prototype":{"admin":true}}}',
  '\ufeff{}',
  '\u0000',
  '{"a":1e999}',
  `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
  `{"a":"${'x'.repeat(1_100_000)}"}`,
];
