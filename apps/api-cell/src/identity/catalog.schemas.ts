import { z } from 'zod';
import { definedOnly } from './defined-only.js';

const id = z.string().min(1).max(64);
const regionId = z.string().min(1).max(255);
const text = z.string().max(65_535);
const kind = z.enum(['public', 'internal', 'admin']);
const url = z
  .string()
  .min(1)
  .max(2000)
  .regex(/^https?:\/\/\S+$/, 'must be a URL');

const service = { type: z.string().min(1).max(255), name: z.string().max(255), description: text, enabled: z.boolean() };

export const CreateServiceBody = z
  .object({
    service: z.looseObject({
      ...service,
      name: service.name.default(''),
      description: text.nullish().transform(given => given ?? ''),
      enabled: service.enabled.default(true),
    }),
  })
  .transform(({ service: { type, name, description, enabled } }) => ({ type, name, description, enabled }));

export const UpdateServiceBody = z
  .object({ service: z.looseObject(service).partial() })
  .transform(({ service: { type, name, description, enabled } }) => definedOnly({ type, name, description, enabled }));

const endpoint = { service_id: id, interface: kind, url, region_id: regionId.nullish(), region: regionId.nullish(), enabled: z.boolean() };

export const CreateEndpointBody = z
  .object({ endpoint: z.looseObject({ ...endpoint, enabled: z.boolean().default(true) }) })
  .transform(({ endpoint: given }) => ({
    serviceId: given.service_id,
    interface: given.interface,
    url: given.url,
    regionId: given.region_id ?? given.region ?? null,
    enabled: given.enabled,
  }));

export const UpdateEndpointBody = z.object({ endpoint: z.looseObject(endpoint).partial() }).transform(({ endpoint: given }) =>
  definedOnly({
    serviceId: given.service_id,
    interface: given.interface,
    url: given.url,
    regionId: given.region_id === undefined ? given.region : given.region_id,
    enabled: given.enabled,
  }),
);

const newText = text.nullable().transform(given => given ?? '');

export const CreateRegionBody = z
  .object({
    region: z.looseObject({ id: regionId.nullish(), description: newText.default(''), parent_region_id: regionId.nullish() }),
  })
  .transform(({ region }) => ({
    id: region.id ?? undefined,
    description: region.description,
    parentRegionId: region.parent_region_id ?? null,
  }));

export const UpdateRegionBody = z
  .object({ region: z.looseObject({ description: newText.optional(), parent_region_id: regionId.nullable().optional() }) })
  .transform(({ region }) => definedOnly({ description: region.description, parentRegionId: region.parent_region_id }));
