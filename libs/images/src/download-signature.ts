import { createHmac, timingSafeEqual } from 'node:crypto';

/** Signs the download of one image until a second. Whoever holds the query may fetch the data, and nothing else. */
export const signDownload = (imageId: string, expiresAtSeconds: number, key: Buffer): string =>
  createHmac('sha256', key).update(`GET\n${imageId}\n${expiresAtSeconds}`).digest('hex');

export const isValidDownload = (asked: { imageId: string; expires: string; signature: string }, key: Buffer, nowMs: number): boolean => {
  if (!/^\d{1,12}$/.test(asked.expires) || Number(asked.expires) * 1000 <= nowMs) return false;
  const expected = Buffer.from(signDownload(asked.imageId, Number(asked.expires), key));
  const given = Buffer.from(asked.signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
};
