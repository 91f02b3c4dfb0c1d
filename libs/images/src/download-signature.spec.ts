import { expect, it } from 'vitest';
import { isValidDownload, signDownload } from './download-signature.js';

const key = Buffer.alloc(32, 7);
const signature = signDownload('image-1', 1000, key);
const asked = { imageId: 'image-1', expires: '1000', signature };

it('a signature is good for its image until its second', () => {
  expect(isValidDownload(asked, key, 999_999)).toBe(true);
  expect(isValidDownload(asked, key, 1_000_000)).toBe(false);
});

it('it is good for no other image, time, key or text', () => {
  expect(isValidDownload({ ...asked, imageId: 'image-2' }, key, 0)).toBe(false);
  expect(isValidDownload({ ...asked, expires: '2000' }, key, 0)).toBe(false);
  expect(isValidDownload(asked, Buffer.alloc(32, 8), 0)).toBe(false);
  for (const wrong of ['', signature.slice(1), signature.toUpperCase()])
    expect(isValidDownload({ ...asked, signature: wrong }, key, 0)).toBe(false);
  for (const expires of ['1e9', '-1', '1000.0', '']) expect(isValidDownload({ ...asked, expires }, key, 0)).toBe(false);
});
