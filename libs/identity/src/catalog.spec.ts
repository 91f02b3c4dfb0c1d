import { expect, it } from 'vitest';
import { Catalog, filled } from './catalog.js';

const urls = (url: string) => ({ public: url, internal: url, admin: url });
const make = () =>
  new Catalog('RegionOne', [
    { type: 'compute', name: 'nova', urls: urls('http://n/v2.1/%(project_id)s') },
    { type: 'image', name: 'glance', urls: urls('http://g') },
  ]);

it('an endpoint that names the project is filled in, and left out of a token without one', () => {
  const inToken = (projectId: string | undefined) =>
    make().services.map(({ endpoints }) => endpoints.flatMap(endpoint => filled(endpoint, projectId)).map(({ url }) => url));
  expect(inToken('p1')[0]?.[0]).toBe('http://n/v2.1/p1');
  expect(inToken(undefined).map(endpoints => endpoints.length)).toEqual([0, 3]);
});

it('ids are the same in every process and differ from each other', () => {
  const ids = (catalog: Catalog) => catalog.services.flatMap(({ id, endpoints }) => [id, ...endpoints.map(endpoint => endpoint.id)]);
  expect(ids(make())).toEqual(ids(make()));
  expect(new Set(ids(make())).size).toBe(8);
});
