import { expect, it } from 'vitest';
import { poolOf } from '../examples.fixture.js';
import { mergePools } from './merge-pools.js';

const KEY = '1v2048m20d';

it('merging does not change the reports that it adds up', () => {
  const pool = poolOf({ fits: { [KEY]: 2 } });
  const [merged] = mergePools([[pool], [pool, poolOf({ traits: ['CUSTOM_SSD'] })]]);
  expect(merged).toMatchObject({ hosts: 4, fits: { [KEY]: 4 } });
  expect(pool).toEqual(poolOf({ fits: { [KEY]: 2 } }));
});
