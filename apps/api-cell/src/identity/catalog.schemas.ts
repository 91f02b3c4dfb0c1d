import { z } from 'zod';
import { definedOnly } from './defined-only.js';
import { changedExtra, withExtra } from './extra.js';

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
    service: withExtra({
      ...service,
      name: service.name.default(''),
      description: text.nullish().transform(given => given ?? ''),
      enabled: service.enabled.default(true),
    }),
  })
  .transform(({ service: { type, name, description, enabled, extra } }) => ({ type, name, description, enabled, extra }));

export const UpdateServiceBody = z
  .object({ service: withExtra(z.object(service).partial().shape) })
  .transform(({ service: { type, name, description, enabled, extra } }) =>
    definedOnly({ type, name, description, enabled, extra: changedExtra(extra) }),
  );

const endpoint = { service_id: id, interface: kind, url, region_id: regionId.nullish(), region: regionId.nullish(), enabled: z.boolean() };

export const CreateEndpointBody = z
  .object({ endpoint: withExtra({ ...endpoint, enabled: z.boolean().default(true) }) })
  .transform(({ endpoint: given }) => ({
    serviceId: given.service_id,
    interface: given.interface,
    url: given.url,
    regionId: given.region_id ?? given.region ?? null,
    enabled: given.enabled,
    extra: given.extra,
  }));

export const UpdateEndpointBody = z.object({ endpoint: withExtra(z.object(endpoint).partial().shape) }).transform(({ endpoint: given }) =>
  definedOnly({
    serviceId: given.service_id,
    interface: given.interface,
    url: given.url,
    regionId: given.region_id === undefined ? given.region : given.region_id,
    enabled: given.enabled,
    extra: changedExtra(given.extra),
  }),
);

const newText = text.nullable().transform(given => given ?? '');

export const CreateRegionBody = z
  .object({
    region: withExtra({ id: regionId.nullish(), description: newText.default(''), parent_region_id: regionId.nullish() }),
  })
  .transform(({ region }) => ({
    id: region.id ?? undefined,
    description: region.description,
    parentRegionId: region.parent_region_id ?? null,
    extra: region.extra,
  }));

export const UpdateRegionBody = z
  .object({ region: withExtra({ description: newText.optional(), parent_region_id: regionId.nullable().optional() }) })
  .transform(({ region }) =>
    definedOnly({ description: region.description, parentRegionId: region.parent_region_id, extra: changedExtra(region.extra) }),
  );
