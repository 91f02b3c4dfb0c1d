import { z } from 'zod';
import { requestSchema } from '#microversion';
import { types } from '../api/index.js';

const HARD = ['anti-affinity', 'affinity'] as const;
const ALL = [...HARD, 'soft-anti-affinity', 'soft-affinity'] as const;

export type GroupPolicy = (typeof ALL)[number];

/** Before 2.64 a list of one, and no rules. */
export interface CreateServerGroupBody {
  readonly server_group: {
    readonly name: string;
    readonly policies?: readonly GroupPolicy[];
    readonly policy?: GroupPolicy;
    readonly rules?: { readonly max_server_per_host?: number };
  };
}

const policies = (names: readonly GroupPolicy[]) =>
  z.strictObject({ server_group: z.strictObject({ name: types.name, policies: z.array(z.enum(names)).min(1).max(1) }) });

export const createServerGroupBody = requestSchema<CreateServerGroupBody>(
  policies(HARD),
  ['2.15', () => policies(ALL)],
  [
    '2.64',
    () =>
      z.strictObject({
        server_group: z.strictObject({
          name: types.name,
          policy: z.enum(ALL),
          rules: z.strictObject({ max_server_per_host: types.integer(1).optional() }).optional(),
        }),
      }),
  ],
);
