import { z } from 'zod';
import { requestSchema } from '#microversion';
import { types } from '../api/index.js';

export interface UpdateServerBody {
  readonly server: {
    readonly name?: string;
    readonly description?: string | null;
    readonly hostname?: string;
    readonly accessIPv4?: string;
    readonly accessIPv6?: string;
    readonly 'OS-DCF:diskConfig'?: 'AUTO' | 'MANUAL';
  };
}

const server = z.strictObject({
  name: types.name.optional(),
  accessIPv4: types.ipv4.optional(),
  accessIPv6: types.ipv6.optional(),
  'OS-DCF:diskConfig': z.enum(['AUTO', 'MANUAL']).optional(),
});
const described = server.extend({ description: types.description.optional() });

export const updateServerBody = requestSchema<UpdateServerBody>(
  z.strictObject({ server }),
  ['2.19', () => z.strictObject({ server: described })],
  ['2.90', () => z.strictObject({ server: described.extend({ hostname: types.hostname.optional() }) })],
  ['2.94', () => z.strictObject({ server: described.extend({ hostname: types.fullyQualifiedHostname.optional() }) })],
);
