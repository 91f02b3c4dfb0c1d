import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ApiVersion } from '#microversion';
import { routeTable } from '../../compute/test/route-table.fixture.js';
import { computeApi } from './compute-endpoints.js';
import { nameOf } from './endpoint.js';

const schemas = new Map(
  routeTable().flatMap(({ method, path, endpoints }) =>
    endpoints.map(one => [nameOf({ method, path, action: one.action, query: {} }), one.body]),
  ),
);

it.each(computeApi.endpoints.filter(({ bodyAt }) => bodyAt).map(endpoint => [nameOf(endpoint), endpoint] as const))(
  'the samples of %s are valid at every version that has it',
  (name, { versions: [first, last] = [1, 1], bodyAt }) => {
    const wrong: unknown[] = [];
    for (let minor = first; minor <= last; minor++) {
      for (const body of fc.sample(bodyAt!(minor), { numRuns: 3, seed: minor })) {
        const error = schemas
          .get(name)?.(ApiVersion.of(`2.${minor}`))
          .safeParse(body).error;
        if (error) wrong.push([minor, JSON.stringify(body), error.issues]);
      }
    }
    expect(wrong.slice(0, 3)).toEqual([]);
  },
);
