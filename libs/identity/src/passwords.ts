import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { Gate } from './gate.js';

/** scrypt's cost: memory is 128 * N * r bytes, 32 MiB for N = 2^15 and r = 8. */
export interface PasswordCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

const DEFAULT_COST: PasswordCost = { N: 2 ** 15, r: 8, p: 1 };
const KEY_BYTES = 32;
const SALT_BYTES = 16;

/**
 * Password hashes as `scrypt$N$r$p$salt$key`. They are computed on libuv's threads, never on the event loop, two at a time: more would
 * take all four threads from file and name look-ups. About 0.1 s each, so 200 waiting ones are answered within 10 s.
 */
export class Passwords {
  private readonly gate = new Gate({ running: 2, waiting: 200 });
  /** A hash that no password has: checked for unknown users, so that they take as long as known ones. */
  private readonly nobody: string;

  constructor(private readonly cost: PasswordCost = DEFAULT_COST) {
    this.nobody = format(cost, randomBytes(SALT_BYTES), randomBytes(KEY_BYTES));
  }

  async hash(password: string): Promise<string> {
    const salt = randomBytes(SALT_BYTES);
    return format(this.cost, salt, await this.derive(password, salt, this.cost));
  }

  /** Whether the password is the one that was hashed; false, and as slow, without a hash. */
  async matches(password: string, hash: string | null): Promise<boolean> {
    const { cost, salt, key } = unformat(hash ?? this.nobody);
    const derived = await this.derive(password, salt, cost);
    return timingSafeEqual(derived, key) && hash !== null;
  }

  private derive(password: string, salt: Buffer, cost: PasswordCost): Promise<Buffer> {
    return this.gate.pass(() => scryptAsync(password, salt, KEY_BYTES, { ...cost, maxmem: 2 ** 20 + 256 * cost.N * cost.r }));
  }
}

const scryptAsync = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

const format = ({ N, r, p }: PasswordCost, salt: Buffer, key: Buffer): string =>
  ['scrypt', N, r, p, salt.toString('base64'), key.toString('base64')].join('$');

const unformat = (hash: string): { cost: PasswordCost; salt: Buffer; key: Buffer } => {
  const [, N, r, p, salt = '', key = ''] = hash.split('$');
  return { cost: { N: Number(N), r: Number(r), p: Number(p) }, salt: Buffer.from(salt, 'base64'), key: Buffer.from(key, 'base64') };
};
