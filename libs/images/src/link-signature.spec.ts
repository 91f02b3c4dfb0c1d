import { expect, it } from 'vitest';
import { isValidLink, linkQuery, type PresentedLink, signLink } from './link-signature.js';

const key = Buffer.alloc(32, 7);
const link = { purpose: 'GET', imageId: 'image-1', expiresAtSeconds: 1000 } as const;
const signature = signLink(link, key);
const asked: PresentedLink = { purpose: 'GET', imageId: 'image-1', expires: '1000', signature };

it('a signature is good for its image until its second', () => {
  expect(isValidLink(asked, key, 999_999)).toBe(true);
  expect(isValidLink(asked, key, 1_000_000)).toBe(false);
});

it('it is good for no other purpose, image, time, key or text', () => {
  expect(isValidLink({ ...asked, purpose: 'PUT' }, key, 0)).toBe(false);
  expect(isValidLink({ ...asked, purpose: 'DELETE' }, key, 0)).toBe(false);
  expect(isValidLink({ ...asked, imageId: 'image-2' }, key, 0)).toBe(false);
  expect(isValidLink({ ...asked, expires: '2000' }, key, 0)).toBe(false);
  expect(isValidLink(asked, Buffer.alloc(32, 8), 0)).toBe(false);
  for (const wrong of ['', signature.slice(1), signature.toUpperCase()])
    expect(isValidLink({ ...asked, signature: wrong }, key, 0)).toBe(false);
  for (const expires of ['1e9', '-1', '1000.0', '']) expect(isValidLink({ ...asked, expires }, key, 0)).toBe(false);
});

it('how many backups are kept is signed too', () => {
  const query = new URLSearchParams(linkQuery({ ...link, purpose: 'PUT', keep: 2 }, key));
  const kept: PresentedLink = { ...asked, purpose: 'PUT', signature: query.get('signature') ?? '', keep: '2' };
  expect([query.get('expires'), query.get('keep')]).toEqual(['1000', '2']);
  expect(isValidLink(kept, key, 0)).toBe(true);
  for (const keep of [undefined, '1', '02x', '']) expect(isValidLink({ ...kept, keep }, key, 0)).toBe(false);
});
