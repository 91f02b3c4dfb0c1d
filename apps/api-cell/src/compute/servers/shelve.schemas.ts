import { z } from 'zod';
import { requestSchema } from '#microversion';
import { types } from '../api/index.js';

/** Where a server is wanted from now on. A zone that is null: anywhere; left out: as before. */
export interface WantedPlace {
  readonly availability_zone?: string | null;
  readonly host?: string;
}

export interface UnshelveBody {
  readonly unshelve?: WantedPlace | null;
}

/** Whatever was said before 2.77 said nothing. */
export const unshelveBody = requestSchema<UnshelveBody>(
  z.strictObject({ unshelve: z.unknown().transform(() => null) }),
  ['2.77', () => z.strictObject({ unshelve: z.strictObject({ availability_zone: types.name }).nullable() })],
  [
    '2.91',
    () =>
      z.strictObject({
        unshelve: z
          .strictObject({ availability_zone: types.name.nullable().optional(), host: types.fullyQualifiedHostname.optional() })
          .nullable(),
      }),
  ],
);
