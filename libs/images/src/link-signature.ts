import { createHmac, timingSafeEqual } from 'node:crypto';

/** What the holder of a link may do with the image: fetch its data, give it its data, or delete it. */
export type LinkPurpose = 'GET' | 'PUT' | 'DELETE';

/** All that a signature covers. */
export interface SignedLink {
  readonly purpose: LinkPurpose;
  readonly imageId: string;
  readonly expiresAtSeconds: number;
  /** Of an upload that is a backup: how many of its kind are kept, with it. */
  readonly keep?: number | undefined;
}

/** A link as it came back. */
export interface PresentedLink {
  readonly purpose: LinkPurpose;
  readonly imageId: string;
  readonly expires: string;
  readonly signature: string;
  readonly keep?: string | undefined;
}

/** Whoever holds the signature may do that one thing to that one image until the second, and nothing else. */
export const signLink = ({ purpose, imageId, expiresAtSeconds, keep }: SignedLink, key: Buffer): string =>
  createHmac('sha256', key)
    .update(`${purpose}\n${imageId}\n${expiresAtSeconds}${keep === undefined ? '' : `\n${keep}`}`)
    .digest('hex');

export const isValidLink = ({ expires, signature, keep, ...link }: PresentedLink, key: Buffer, nowMs: number): boolean => {
  if (!/^\d{1,12}$/.test(expires) || Number(expires) * 1000 <= nowMs) return false;
  if (keep !== undefined && !/^\d{1,9}$/.test(keep)) return false;
  const signed = { ...link, expiresAtSeconds: Number(expires), keep: keep === undefined ? undefined : Number(keep) };
  const expected = Buffer.from(signLink(signed, key));
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
};

/** What follows the path in the link's URL. */
export const linkQuery = (link: SignedLink, key: Buffer): string => {
  const keep = link.keep === undefined ? '' : `&keep=${link.keep}`;
  return `expires=${link.expiresAtSeconds}${keep}&signature=${signLink(link, key)}`;
};
