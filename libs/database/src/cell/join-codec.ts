import type { JoinRow } from '#cell';
import type { Raw } from './codecs/index.js';
import type { Value } from './sql.js';

export const joinColumns = [
  'name',
  'token_hash',
  'expires_at',
  'account',
  'password_hash',
  'redeemed_at',
  'joined_at',
  'removed_at',
] as const;

export const joinToValues = (row: JoinRow): Value[] => [
  row.name,
  row.tokenHash,
  row.expiresAt,
  row.account,
  row.passwordHash,
  row.redeemedAt,
  row.joinedAt,
  row.removedAt,
];

export const joinFromRaw = (raw: Raw): JoinRow => ({
  name: String(raw.name),
  tokenHash: text(raw.token_hash),
  expiresAt: Number(raw.expires_at),
  account: text(raw.account),
  passwordHash: text(raw.password_hash),
  redeemedAt: time(raw.redeemed_at),
  joinedAt: time(raw.joined_at),
  removedAt: time(raw.removed_at),
});

type Column = string | number | null | undefined;
const text = (value: Column): string | null => (value == null ? null : String(value));
const time = (value: Column): number | null => (value == null ? null : Number(value));
