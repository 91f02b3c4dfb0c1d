import type { BuildSpec } from '#contracts';
import type { KeyPairRecord } from '../keypairs/keypairs.service.js';

/** The key that a guest is given, as its order says it. */
export type GuestKey = Pick<BuildSpec, 'keyName' | 'publicKey' | 'keyType'>;

/** Whatever key it was given before is taken from it. */
export const NO_KEY: GuestKey = { keyName: null, publicKey: null, keyType: undefined };

export const guestKeyOf = ({ name, publicKey, type }: KeyPairRecord): GuestKey => ({ keyName: name, publicKey, keyType: type });
