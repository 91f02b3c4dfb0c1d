import { z } from 'zod';
import { requestSchema } from '#microversion';
import { types } from '../api/index.js';
import { checkExtraSpec } from './extra-spec-rules.js';

export interface CreateFlavorBody {
  readonly flavor: {
    readonly name: string;
    readonly id?: string | number | null;
    readonly ram: number;
    readonly vcpus: number;
    readonly disk: number;
    readonly 'OS-FLV-EXT-DATA:ephemeral'?: number;
    readonly swap?: number;
    readonly rxtx_factor?: number;
    readonly 'os-flavor-access:is_public'?: boolean;
    readonly description?: string | null;
  };
}

const id = z
  .union([
    z
      .string()
      .min(1)
      .max(255)
      .regex(/^(?! )[a-zA-Z0-9. _-]+(?<! )$/),
    z.number(),
  ])
  .nullable();
const factor = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^[0-9]+(\.[0-9]+)?$/)
      .transform(Number),
  ])
  .pipe(z.number().gt(0).max(3.40282e38))
  .meta({ exclusiveMinimum: 0, maximum: 3.40282e38 });

const flavor = z.strictObject({
  name: types.name,
  id: id.optional(),
  ram: types.integer(1),
  vcpus: types.integer(1),
  disk: types.integer(0),
  'OS-FLV-EXT-DATA:ephemeral': types.integer(0).optional(),
  swap: types.integer(0).optional(),
  rxtx_factor: factor.optional(),
  'os-flavor-access:is_public': types.boolean.optional(),
});

export const createFlavorBody = requestSchema<CreateFlavorBody>(z.strictObject({ flavor }), [
  '2.55',
  () => z.strictObject({ flavor: flavor.extend({ description: types.longDescription.optional() }) }),
]);

export const updateFlavorBody = requestSchema<{ flavor: { description: string | null } }>(
  z.strictObject({ flavor: z.strictObject({ description: types.longDescription }) }),
);

export const createExtraSpecsBody = requestSchema<{ extra_specs: Record<string, string> }>(
  z.strictObject({ extra_specs: types.extraSpecs }),
  ['2.86', () => z.strictObject({ extra_specs: types.extraSpecs.superRefine(checkAll) })],
);

/** `{key: value}` of `PUT …/os-extra_specs/KEY`. */
export const updateExtraSpecBody = requestSchema<Record<string, string>>(
  z.object({}).catchall(z.union([z.string().max(255), z.number().transform(String)])),
  ['2.86', previous => previous.superRefine((specs, ctx) => checkAll(z.record(z.string(), z.string()).parse(specs), ctx))],
);

const project = z.strictObject({ tenant: z.string().min(1).max(255) });
export const addAccessBody = requestSchema<{ addTenantAccess: { tenant: string } }>(z.strictObject({ addTenantAccess: project }));
export const removeAccessBody = requestSchema<{ removeTenantAccess: { tenant: string } }>(z.strictObject({ removeTenantAccess: project }));

function checkAll(specs: Readonly<Record<string, string>>, ctx: z.RefinementCtx): void {
  for (const [key, value] of Object.entries(specs)) {
    const reason = checkExtraSpec(key, value);
    if (reason !== undefined) ctx.addIssue({ code: 'custom', message: reason, params: { whole: true } });
  }
}
