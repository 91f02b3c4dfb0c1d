import { z } from 'zod';
import { requestSchema } from '#microversion';
import { types } from '../api/index.js';

/** Null unsets the zone. */
interface Zone {
  readonly availability_zone?: string | null;
}

const zone = types.availabilityZone.nullable().optional();

export const createAggregateBody = requestSchema<{ aggregate: Zone & { readonly name: string } }>(
  z.strictObject({ aggregate: z.strictObject({ name: types.name, availability_zone: zone }) }),
);

export const updateAggregateBody = requestSchema<{ aggregate: Zone & { readonly name?: string } }>(
  z.strictObject({
    aggregate: z
      .strictObject({ name: types.name.optional(), availability_zone: zone })
      .superRefine((changes, ctx) => {
        if (changes.name === undefined && changes.availability_zone === undefined)
          ctx.addIssue({ code: 'custom', message: '{} is not valid under any of the given schemas' });
      })
      .meta({ minProperties: 1 }),
  }),
);

const host = z.strictObject({ host: types.fullyQualifiedHostname });
export const addHostBody = requestSchema<{ add_host: { host: string } }>(z.strictObject({ add_host: host }));
export const removeHostBody = requestSchema<{ remove_host: { host: string } }>(z.strictObject({ remove_host: host }));

/** A value of null removes the key. */
export const setMetadataBody = requestSchema<{ set_metadata: { metadata: Record<string, string | null> } }>(
  z.strictObject({ set_metadata: z.strictObject({ metadata: types.metadataOrNull }) }),
);

export const cacheImagesBody = requestSchema<{ cache: { id: string }[] }>(
  z.strictObject({ cache: z.array(z.strictObject({ id: types.uuid })).min(1) }),
);
