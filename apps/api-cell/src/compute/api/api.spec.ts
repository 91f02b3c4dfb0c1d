import { describe, expect, it } from 'vitest';
import { CloudError } from '#domain';
import { ApiVersion } from '#microversion';
import { ManualClock } from '#testing';
import { computeFault, StatusError, UnknownPath } from './fault.js';
import { jsonList, jsonListOfBytes } from './json-list.js';
import { LinkRegistry } from './links.js';
import { nextLinks, pageFrom, pageOf } from './paging.js';
import { anyone } from './policy.js';
import { pythonRepr } from './python-repr.js';
import { checkQuery, PAGING } from './query.js';
import { actionRoute, route } from './route.js';
import { TimeCache } from './time-cache.js';
import { isoMicroseconds, isoSeconds, parseTime } from './times.js';
import { isPublicComputePath } from './version-documents.js';

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

describe('times', () => {
  it('are told in seconds or microseconds', () => {
    expect([isoSeconds(NOW), isoMicroseconds(NOW)]).toEqual(['2026-01-02T03:04:05Z', '2026-01-02T03:04:05.678000']);
  });

  it.each([
    ['2026-01-02T03:04:05Z', NOW - 678],
    ['2026-01-02T03:04:05', NOW - 678],
    ['2026-01-02 03:04:05', NOW - 678],
    ['2026-01-02T03:04:05.678', NOW],
    ['2026-01-02T05:04:05+02:00', NOW - 678],
    ['2026-01-02T05:04:05 02:00', NOW - 678],
    ['2026-01-02', Date.UTC(2026, 0, 2)],
    ['yesterday', undefined],
    ['', undefined],
    ['2026-13-40T00:00:00Z', undefined],
  ])('%j is %j', (text, time) => expect(parseTime(text)).toBe(time));
});

describe('links', () => {
  const registry = new LinkRegistry(undefined);
  const links = registry.for('http', 'cloud:8774', 'v2.1', 'p1');

  it('begin as the client’s own request did', () => {
    expect(links.of('servers', 'x')).toEqual([
      { rel: 'self', href: 'http://cloud:8774/v2.1/p1/servers/x' },
      { rel: 'bookmark', href: 'http://cloud:8774/p1/servers/x' },
    ]);
    expect(registry.for('http', 'cloud:8774', 'v2.1', undefined).self('servers', 'x')).toBe('http://cloud:8774/v2.1/servers/x');
  });

  it('are one object per origin and project', () => {
    expect(registry.for('http', 'cloud:8774', 'v2.1', 'p1')).toBe(links);
  });

  it('take over no Host header that is none, and none at all when a public URL is configured', () => {
    expect(registry.for('http', 'evil"><script>', 'v2.1', undefined).origin).toBe('http://localhost');
    expect(new LinkRegistry('https://public').for('http', 'evil', 'v2.1', undefined).self('servers', 'x')).toBe(
      'https://public/v2.1/servers/x',
    );
  });

  it('to the next page keep every parameter but the marker', () => {
    expect(links.next('servers', { limit: '2', sort_key: ['a', 'b'], marker: 'old' }, 'new').href).toBe(
      'http://cloud:8774/v2.1/p1/servers?limit=2&sort_key=a&sort_key=b&marker=new',
    );
  });
});

describe('pages', () => {
  const links = new LinkRegistry(undefined).for('http', 'c', 'v2.1', undefined);

  it('are a thousand long at most, and as long as asked', () => {
    expect([pageOf({}).limit, pageOf({ limit: '7' }).limit, pageOf({ limit: '0' }).limit, pageOf({ limit: '99999' }).limit]).toEqual([
      1000, 7, 0, 1000,
    ]);
    expect(() => pageOf({ limit: '-1' })).toThrow('limit');
  });

  it('lead on only when they are full', () => {
    expect(nextLinks({ limit: 2, marker: undefined }, 1, links, 'x', {}, 'b')).toBeUndefined();
    expect(nextLinks({ limit: 0, marker: undefined }, 0, links, 'x', {}, undefined)).toBeUndefined();
    expect(nextLinks({ limit: 2, marker: undefined }, 2, links, 'x', {}, 'b')).toEqual([{ rel: 'next', href: 'http://c/v2.1/x?marker=b' }]);
  });

  it('of what is held whole begin after the marker', () => {
    expect(pageFrom(['a', 'b', 'c'], { limit: 1, marker: 'a' }, item => item)).toEqual(['b']);
    expect(() => pageFrom(['a'], { limit: 1, marker: 'z' }, item => item)).toThrow('marker [z] not found');
  });

  it('of text are joined as they are', () => {
    expect(jsonList('servers', ['{"a":1}', '{}'], [{ rel: 'next', href: 'h' }]).text).toBe(
      '{"servers":[{"a":1},{}],"servers_links":[{"rel":"next","href":"h"}]}',
    );
  });

  it.each([[[]], [['{"a":"é"}']], [['{}', '{"b":2}', '{}']]])('of bytes read as pages of text do: %j', items => {
    const next = [{ rel: 'next', href: 'h' }];
    const bytes = jsonListOfBytes(
      'servers',
      items.map(item => Buffer.from(item)),
      next,
    );
    expect(Buffer.from(bytes).toString()).toBe(jsonList('servers', items, next).text);
  });
});

describe('queries', () => {
  const check = (query: Record<string, string>, version: `2.${number}`) => checkQuery(PAGING, query, ApiVersion.of(version));

  it('ignore what is unknown before 2.75 and refuse it from then on', () => {
    expect(() => check({ odd: '1' }, '2.74')).not.toThrow();
    expect(() => check({ constructor: '1' }, '2.74')).not.toThrow();
    expect(() => check({ odd: '1' }, '2.75')).toThrow("Additional properties are not allowed ('odd' was unexpected)");
  });

  it('name the parameter that is wrong', () => {
    expect(() => check({ limit: 'x' }, '2.1')).toThrow("Invalid input for query parameters limit. Value: x. 'x' does not match '^[0-9]*$'");
  });
});

describe('faults', () => {
  const body = (status: number, error: unknown = new Error('m')) => computeFault({ status, message: 'm', error }, null as never);

  it.each([
    [400, 'badRequest'],
    [403, 'forbidden'],
    [404, 'itemNotFound'],
    [409, 'conflictingRequest'],
    [413, 'overLimit'],
    [501, 'notImplemented'],
    [503, 'serviceUnavailable'],
    [500, 'computeFault'],
    [406, 'computeFault'],
  ])('of status %d are called %s', (status, name) =>
    expect(body(status)).toEqual({ status, body: { [name]: { code: status, message: 'm' } } }),
  );

  it('of a cell that does not answer in time say that the service is unavailable', () => {
    expect(body(504)).toEqual({ status: 503, body: { serviceUnavailable: { code: 503, message: 'm' } } });
  });

  it('of a path that no route has are a page', () => {
    expect(body(404, new UnknownPath())).toMatchObject({
      contentType: 'text/html; charset=UTF-8',
      body: expect.stringContaining('404 Not Found'),
    });
  });

  it('may have a status that no kind of error means', () => {
    expect(new StatusError(410, 'gone')).toMatchObject({ statusCode: 410, message: 'gone' });
  });
});

describe('actions', () => {
  const found = actionRoute('/x/action', [
    ['go', route({ method: 'POST', path: '', policy: anyone('x'), ok: 202, handle: () => undefined }).choose(undefined)],
  ]);

  it('are chosen by the one key of the body', () => expect(found.choose({ go: null }).ok).toBe(202));

  it.each([[undefined], [null], [[]], [{}], [{ go: 1, stop: 2 }], ['go']])('%j is malformed', body => {
    expect(() => found.choose(body)).toThrow('Malformed request body');
  });
});

describe('a time cache', () => {
  it('reads once for many, again when the time is over, and keeps neither what is missing nor what failed', async () => {
    const clock = new ManualClock();
    const cache = new TimeCache<string>(clock, { ttlMs: 1000, maxEntries: 10 });
    let reads = 0;
    const read = async () => `value ${++reads}`;
    expect(await Promise.all([cache.get('a', read), cache.get('a', read)])).toEqual(['value 1', 'value 1']);
    await clock.advance(1001);
    expect(await cache.get('a', read)).toBe('value 2');
    expect(await cache.get('missing', async () => undefined)).toBeUndefined();
    expect(await cache.get('missing', read)).toBe('value 3');
    await expect(cache.get('bad', () => Promise.reject(new CloudError('unavailable', 'no')))).rejects.toThrow('no');
    expect(await cache.get('bad', read)).toBe('value 4');
  });
});

it('values are quoted as Python prints them', () => {
  expect(pythonRepr({ a: [1, true, null, "it's", 'x\n'], 'b c': 1.5 })).toBe(`{'a': [1, True, None, "it's", 'x\\n'], 'b c': 1.5}`);
});

it.each([
  ['GET', '/', true],
  ['GET', '/v2.1', true],
  ['GET', '/v2.1/', true],
  ['HEAD', '/v2', true],
  ['POST', '/v2.1', false],
  ['GET', '/v2.1/servers', false],
  ['GET', '/v2/servers', false],
  ['GET', '/elsewhere', true],
])('%s %s needs a token: not %s', (method, path, isPublic) => expect(isPublicComputePath(method, path)).toBe(isPublic));
