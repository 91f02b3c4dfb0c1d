import { z } from 'zod';
import { requestSchema } from '#microversion';
import { types } from '../api/index.js';

const disabledReason = z.string().min(1).max(255).optional();
const forcedDown = types.boolean.optional();

/** Up to 2.52 the body names the service, from 2.53 the path does. */
export interface ServiceUpdate {
  readonly host?: string;
  readonly binary?: string;
  readonly status?: 'enabled' | 'disabled';
  readonly disabled_reason?: string;
  readonly forced_down?: boolean;
}

export const updateServiceBody = requestSchema<ServiceUpdate>(
  z.strictObject({ host: types.fullyQualifiedHostname, binary: z.string().min(1).max(255), disabled_reason: disabledReason }),
  ['2.11', body => body.extend({ forced_down: forcedDown })],
  [
    '2.53',
    () => z.strictObject({ status: z.enum(['enabled', 'disabled']).optional(), disabled_reason: disabledReason, forced_down: forcedDown }),
  ],
);
