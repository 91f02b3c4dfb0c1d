import { expect, it } from 'vitest';
import { microversions, NEWEST, OLDEST } from './microversions.js';
import { negotiate } from './negotiate.js';

const versionOf = (openstack?: string, legacy?: string): string => {
  const found = negotiate(openstack, legacy);
  return found.ok ? found.version.text : `${found.status} ${found.message}`;
};

it.each([
  ['nothing asks for the oldest', undefined, undefined, '2.1'],
  ['the OpenStack header names it', 'compute 2.90', undefined, '2.90'],
  ['the header is case-insensitive and may name other services', 'volume 3.60, Compute  2.30', undefined, '2.30'],
  ['a header of other services leaves the legacy one', 'volume 3.60', '2.10', '2.10'],
  ['the OpenStack header wins', 'compute 2.90', '2.10', '2.90'],
  ['latest is the newest', 'compute latest', undefined, NEWEST],
  ['latest in the legacy header', undefined, 'latest', NEWEST],
])('%s', (_, openstack, legacy, expected) => expect(versionOf(openstack, legacy)).toBe(expected));

it.each(['2', '2.a', '2.01', 'v2.1', '2.1.1', '-2.1'])('%s cannot be read', text => {
  expect(versionOf(`compute ${text}`)).toBe(`400 API Version String ${text} is of invalid format. Must be of format MajorNum.MinorNum.`);
});

it.each(['2.0', '2.999', '3.1', '1.1'])('%s is no version', text => {
  expect(negotiate(`compute ${text}`, undefined)).toEqual({
    ok: false,
    status: 406,
    asked: text,
    message: `Version ${text} is not supported by the API. Minimum is ${OLDEST} and maximum is ${NEWEST}.`,
  });
});

it('every version is told with what it brought', () => {
  const all = microversions();
  expect([all[0]?.version, all.at(-1)?.version, all[89]]).toEqual([
    '2.1',
    '2.96',
    { version: '2.90', change: 'hostname may be set and is visible' },
  ]);
  expect(all.every(({ change }) => change.length > 5)).toBe(true);
});
