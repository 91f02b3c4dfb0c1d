import { expect, it } from 'vitest';
import { nextPage } from './next-page.js';

const page = [{ id: 'a' }, { id: 'b' }];

it('a full page has a next one with the last id as marker, keeping all other parameters', () => {
  expect(nextPage('/v2/images?limit=2&tag=x&tag=y&marker=old', page, 2)).toEqual({
    first: '/v2/images?limit=2&tag=x&tag=y',
    next: '/v2/images?limit=2&tag=x&tag=y&marker=b',
  });
});

it('a page that is not full, or empty, is the last', () => {
  expect(nextPage('/v2/images', page, 25)).toEqual({ first: '/v2/images' });
  expect(nextPage('/v2/images?limit=0', [], 0)).toEqual({ first: '/v2/images?limit=0' });
});
