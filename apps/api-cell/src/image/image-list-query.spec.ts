import { expect, it } from 'vitest';
import { parseImageQuery } from './image-list-query.js';

it('without anything it is the first page, without hidden images', () => {
  expect(parseImageQuery({})).toMatchObject({ limit: 25, sort: [], hidden: false, attributes: {}, properties: {}, tags: [], times: [] });
});

it('names of Glance filter attributes, all others properties', () => {
  const query = parseImageQuery({
    name: 'cirros',
    status: 'active',
    os_distro: 'debian',
    tag: ['a', 'b'],
    size_min: '10',
    min_ram: '64',
    protected: 'True',
  });
  expect(query).toMatchObject({
    attributes: { name: ['cirros'], status: ['active'], min_ram: ['64'] },
    properties: { os_distro: 'debian' },
    tags: ['a', 'b'],
    sizeMinBytes: 10,
    protected: true,
  });
});

it.each(['size', 'min_disk', 'min_ram'])('%s is a number', name => {
  expect(() => parseImageQuery({ [name]: 'big' })).toThrow(`${name}`);
});

it('in: gives several values, quoted where they hold commas', () => {
  expect(parseImageQuery({ name: 'in:a,"b,c","d\\"e"' }).attributes.name).toEqual(['a', 'b,c', 'd"e']);
  expect(() => parseImageQuery({ name: 'in:' })).toThrow(/names no value/);
});

it('sort and sort_key say the same in two ways', () => {
  const sort = [
    { key: 'name', descending: false },
    { key: 'size', descending: true },
  ];
  expect(parseImageQuery({ sort: 'name:asc,size' }).sort).toEqual(sort);
  expect(parseImageQuery({ sort_key: ['name', 'size'], sort_dir: ['asc', 'desc'] }).sort).toEqual(sort);
  expect(parseImageQuery({ sort_key: ['name', 'size'], sort_dir: 'asc' }).sort.map(({ descending }) => descending)).toEqual([false, false]);
  expect(parseImageQuery({ sort_dir: 'asc' }).sort).toEqual([{ key: 'created_at', descending: false }]);
});

it('times have an operator and are UTC', () => {
  expect(parseImageQuery({ created_at: 'gte:2026-01-02T03:04:05' }).times).toEqual([
    { attribute: 'created_at', operator: 'gte', at: Date.UTC(2026, 0, 2, 3, 4, 5) },
  ]);
});

it('a limit above the greatest is the greatest', () => {
  expect(parseImageQuery({ limit: '5000' }).limit).toBe(1000);
});

it('what is wrong is named', () => {
  const wrong: [object, RegExp][] = [
    [{ limit: '-1' }, /'limit'/],
    [{ limit: 'x' }, /'limit'/],
    [{ sort: 'nme:asc' }, /'sort'/],
    [{ sort_key: 'x' }, /'sort_key'/],
    [{ sort: 'name:up' }, /'sort'/],
    [{ sort: 'name', sort_key: 'name' }, /'sort'/],
    [{ sort_key: 'name', sort_dir: ['asc', 'desc'] }, /'sort_dir'/],
    [{ visibility: 'x' }, /'visibility'/],
    [{ created_at: 'gte:soon' }, /'created_at'/],
    [{ created_at: 'near:2026-01-01' }, /'created_at'/],
    [{ os_distro: ['a', 'b'] }, /'os_distro'/],
  ];
  for (const [query, message] of wrong) expect(() => parseImageQuery(query)).toThrow(message);
});
