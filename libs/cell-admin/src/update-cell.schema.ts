import { z } from 'zod';
import type { ChildChanges } from '#contracts';
import { connectionOfCellsV1, unchangeable } from './keys-of-cells-v1.js';

/** -1 is Nova's word for no limit. */
const limit = z.number().int().min(-1).max(2_147_483_647).nullable().optional();

/** The body of `PUT /os-cells/{name}`: what is left out stays as it is. */
export const updateCellBody = z.strictObject({
  cell: z
    .strictObject({
      enabled: z.boolean().optional(),
      disabled_reason: z.string().min(1).max(255).nullable().optional(),
      draining: z.number().int().min(0).max(100).optional(),
      weight_offset: z.number().min(-1e9).max(1e9).optional(),
      weight_scale: z.number().min(0).max(1e6).optional(),
      quota: z.strictObject({ instances: limit, cores: limit, ram: limit }).nullable().optional(),
      ...connectionOfCellsV1,
      ...unchangeable,
    })
    .refine(changes => Object.keys(changes).length > 0, 'says nothing to change'),
});
type Body = z.infer<typeof updateCellBody>;

export const changesOf = ({ cell }: Body): ChildChanges => ({
  ...(cell.enabled !== undefined && { enabled: cell.enabled }),
  ...(cell.disabled_reason !== undefined && { disabledReason: cell.disabled_reason }),
  ...(cell.draining !== undefined && { draining: cell.draining }),
  ...(cell.weight_offset !== undefined && { weightOffset: cell.weight_offset }),
  ...(cell.weight_scale !== undefined && { weightScale: cell.weight_scale }),
  ...(cell.quota !== undefined && { quota: cell.quota && quotaOf(cell.quota) }),
});

const quotaOf = ({ instances, cores, ram }: NonNullable<Body['cell']['quota']>) => ({
  instances: limited(instances),
  cores: limited(cores),
  ramMb: limited(ram),
});

const limited = (value: number | null | undefined): number | null => (value === undefined || value === null || value < 0 ? null : value);
