import { z } from 'zod';
import { type AnyObject, requestSchema } from '#microversion';
import { types } from '../api/index.js';
import type { PersonalityFile } from './personality.js';

/** The newest shape of the action `rebuild`. What is left out stays as it is; null takes it away. */
export interface RebuildServerBody {
  readonly rebuild: {
    readonly imageRef: string;
    readonly name?: string;
    readonly adminPass?: string;
    readonly metadata?: Readonly<Record<string, string>>;
    readonly preserve_ephemeral?: boolean;
    readonly 'OS-DCF:diskConfig'?: 'AUTO' | 'MANUAL';
    readonly accessIPv4?: string;
    readonly accessIPv6?: string;
    readonly personality?: readonly PersonalityFile[];
    readonly description?: string | null;
    readonly key_name?: string | null;
    readonly user_data?: string | null;
    readonly trusted_image_certificates?: readonly string[] | null;
    readonly hostname?: string;
  };
}

const base: AnyObject = z.strictObject({
  imageRef: types.uuid,
  name: types.name.optional(),
  adminPass: z.string().optional(),
  metadata: types.metadata.optional(),
  preserve_ephemeral: types.boolean.optional(),
  'OS-DCF:diskConfig': z.enum(['AUTO', 'MANUAL']).optional(),
  accessIPv4: types.ipv4.optional(),
  accessIPv6: types.ipv6.optional(),
  personality: types.personality.optional(),
});

const in219 = base.extend({ description: types.description.optional() });
const in254 = in219.extend({ key_name: types.name.nullable().optional() });
const in257 = in254.omit({ personality: true }).extend({ user_data: types.base64.nullable().optional() });
const in263 = in257.extend({
  trusted_image_certificates: z.array(z.string().min(1)).min(1).max(50).nullable().optional(),
});

const body = (rebuild: AnyObject): AnyObject => z.strictObject({ rebuild });

export const rebuildServerBody = requestSchema<RebuildServerBody>(
  body(base),
  ['2.19', () => body(in219)],
  ['2.54', () => body(in254)],
  ['2.57', () => body(in257)],
  ['2.63', () => body(in263)],
  ['2.90', () => body(in263.extend({ hostname: types.hostname.optional() }))],
  ['2.94', () => body(in263.extend({ hostname: types.fullyQualifiedHostname.optional() }))],
);
