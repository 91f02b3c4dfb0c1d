import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type CellPath, CloudError, cellPath } from '#domain';

/** What a machine needs to become a cell: where it says so, which cell it becomes, and the secret that proves it. */
export interface JoinToken {
  /** Below it lies `/os-cells/join`: the API cell's compute endpoint, or the admin API of a cell above the new one. */
  readonly url: string;
  readonly cell: CellPath;
  /** 256 bits of chance, as base64url. */
  readonly secret: string;
}

const PREFIX = 'canopy1.';
const Content = z.strictObject({ u: z.url({ protocol: /^https?$/ }), c: z.string(), s: z.string().regex(/^[A-Za-z0-9_-]{43}$/) });

/** One word, which survives every shell and every mail. */
export const writeJoinToken = ({ url, cell, secret }: JoinToken): string =>
  PREFIX + Buffer.from(JSON.stringify({ u: url, c: cell, s: secret })).toString('base64url');

/** @throws CloudError `invalid`; the message never holds the token. */
export const readJoinToken = (text: string): JoinToken => {
  try {
    if (!text.startsWith(PREFIX)) throw new Error('it has no such beginning');
    const { u, c, s } = Content.parse(JSON.parse(Buffer.from(text.slice(PREFIX.length), 'base64url').toString()));
    return { url: u.replace(/\/+$/, ''), cell: cellPath(c), secret: s };
  } catch {
    throw new CloudError('invalid', `that is no join token: it begins with '${PREFIX}' and is one long word`);
  }
};

/**
 * What is kept of the secret, and what travels through the tree. The secret is all chance, so nobody finds it from its hash by trying,
 * and a slow hash would protect nothing.
 */
export const joinSecretHash = (secret: string): string => createHash('sha256').update(secret).digest('hex');
