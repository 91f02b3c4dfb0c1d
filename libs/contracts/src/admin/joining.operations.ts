import { z } from 'zod';
import { Neighbour } from './cells.operations.js';
import type { AdminOperation } from './operation.js';

/** Of a cell; it stands in the names of queues and accounts. */
export const NewCellName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/, "must be letters, digits, '-' and '_', 63 at most, and begin with a letter or a digit");

const SecretHash = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hex');
/** Four bytes of salt and the SHA-256 of salt and password, in base64: RabbitMQ's `rabbit_password_hashing_sha256`. */
export const BrokerPasswordHash = z.string().regex(/^[A-Za-z0-9+/]{48}$/, 'must be 36 bytes in base64');

/** What proves that the caller is the machine for which the operator made the token. */
const proof = { name: NewCellName, tokenHash: SecretHash, passwordHash: BrokerPasswordHash };

/**
 * How a cell comes into the tree, and how it goes: asked of its parent. The secret of the token and the password of the account never
 * travel through the tree, only their hashes: the machine that joins makes the password itself, and nobody else ever has it.
 */
export const joiningOperations = {
  /** A place for a new child, disabled. Again, for one that has not joined yet: a new token takes the place of the old one. */
  'cell.create': {
    request: z.strictObject({
      name: NewCellName,
      tokenHash: SecretHash,
      /** ms since 1970. */
      expiresAt: z.number().int().positive(),
      weightOffset: z.number().optional(),
    }),
    result: Neighbour,
  },
  /** Makes the child's account on this cell's broker. Once: again only for the machine that came first, which is told by its password. */
  'cell.redeem': {
    request: z.strictObject(proof),
    result: z.object({
      path: z.string(),
      /** As children reach it, with the account's user name and without its password. */
      brokerUrl: z.string(),
    }),
  },
  /**
   * The child's self-check has passed: it is in the tree, and enabled if so wanted, as soon as this cell has heard it and it has what
   * is pushed down.
   */
  'cell.complete': {
    request: z.strictObject({ ...proof, enable: z.boolean() }),
    result: z.object({ joined: z.boolean(), waitingFor: z.string().nullable() }),
  },
  /** Out of the tree, with its account, its queue and all that is kept of it. Refused while it has servers, unless forced. */
  'cell.remove': {
    request: z.strictObject({ name: NewCellName, force: z.boolean() }),
    result: z.object({
      /** Servers that were given up. */
      servers: z.number().int(),
      /** What an operator must do by hand; null when nothing is left. */
      left: z.string().nullable(),
    }),
  },
} as const satisfies Record<string, AdminOperation>;
