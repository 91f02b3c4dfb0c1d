import { z } from 'zod';
import { type Microversion, type RequestSchema, requestSchema } from '#microversion';
import { types } from '../api/index.js';

export interface ExternalEvent {
  readonly server_uuid: string;
  readonly name: string;
  readonly status?: 'failed' | 'completed' | 'in-progress';
  readonly tag?: string;
}

const FIRST = ['network-changed', 'network-vif-plugged', 'network-vif-unplugged', 'network-vif-deleted'];
const LATER: readonly (readonly [Microversion, string])[] = [
  ['2.51', 'volume-extended'],
  ['2.76', 'power-update'],
  ['2.82', 'accelerator-request-bound'],
  ['2.93', 'volume-reimaged'],
];

const bodyWith = (names: readonly string[]) =>
  z.strictObject({
    events: z
      .array(
        z.strictObject({
          server_uuid: types.uuid,
          name: z.enum(names),
          status: z.enum(['failed', 'completed', 'in-progress']).optional(),
          tag: z.string().max(255).optional(),
        }),
      )
      .min(1),
  });

export const createEventsBody: RequestSchema<{ readonly events: readonly ExternalEvent[] }> = requestSchema(
  bodyWith(FIRST),
  ...LATER.map(([since], index) => [since, () => bodyWith([...FIRST, ...LATER.slice(0, index + 1).map(([, name]) => name)])] as const),
);

/** What these are about stands in the tag. */
export const NEEDS_TAG: ReadonlySet<string> = new Set(['volume-extended', 'power-update', 'accelerator-request-bound']);
