import { z } from 'zod';
import { requestSchema } from '#microversion';
import { types } from '../api/index.js';

export interface CreateKeyPairBody {
  readonly keypair: {
    readonly name: string;
    readonly type?: 'ssh' | 'x509';
    readonly public_key?: string;
    readonly user_id?: string;
  };
}

/** Letters, digits and some punctuation, no space at either end. */
const nameOf = (pattern: RegExp, allowed: string) =>
  z
    .string()
    .min(1)
    .max(255)
    .refine(text => pattern.test(text) && text === text.trim(), {
      message: `Keypair name contains unsafe characters or has a space at an end. Allowed are letters, digits and ${allowed}`,
    })
    .meta({ pattern: pattern.source });

const keypair = z.strictObject({ name: nameOf(/^[a-zA-Z0-9\-_ ]+$/, "'-', '_' and ' '"), public_key: z.string().max(65535).optional() });
const withType = keypair.extend({ type: z.enum(['ssh', 'x509']).optional() });
const withUser = withType.extend({ user_id: z.string().min(1).max(255).optional() });

export const createKeyPairBody = requestSchema<CreateKeyPairBody>(
  z.strictObject({ keypair }),
  ['2.2', () => z.strictObject({ keypair: withType })],
  ['2.10', () => z.strictObject({ keypair: withUser })],
  [
    '2.92',
    () =>
      z.strictObject({
        keypair: withUser.extend({ name: nameOf(/^[a-zA-Z0-9\-_@. ]+$/, "'-', '_', '@', '.' and ' '"), public_key: types.publicKey }),
      }),
  ],
);
