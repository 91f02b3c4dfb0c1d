/** How a child comes in, and that it went: what its parent keeps. Of secrets it keeps hashes only. Times are ms since 1970. */
export interface JoinRow {
  /** Of the child. */
  readonly name: string;
  /** SHA-256 of the token's secret, in hex; null when no token is out. */
  readonly tokenHash: string | null;
  readonly expiresAt: number;
  /** Its user on this cell's broker; null until a machine came with the token, and for a child that an operator set up by hand. */
  readonly account: string | null;
  /** Of that user's password, as the broker keeps it: by it the machine that came first is known again. */
  readonly passwordHash: string | null;
  readonly redeemedAt: number | null;
  readonly joinedAt: number | null;
  /** It was taken out of the tree: the configuration, in which it may still stand, does not bring it back. */
  readonly removedAt: number | null;
}

export const freshJoin = (name: string, tokenHash: string, expiresAt: number): JoinRow => ({
  name,
  tokenHash,
  expiresAt,
  account: null,
  passwordHash: null,
  redeemedAt: null,
  joinedAt: null,
  removedAt: null,
});
