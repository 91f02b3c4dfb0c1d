import { z } from 'zod';
import { CloudError } from '#domain';
import { requestSchema } from '#microversion';
import { type Call, noRule, type Route, route, types } from '../api/index.js';
import type { QuotaLimitsService } from '../quotas/quota-limits.service.js';
import type { ProxiedImages } from './proxied-images.js';

type Metadata = Readonly<Record<string, string>>;

const ALL = { path: '/images/:id/metadata', until: '2.38', policy: noRule, ok: 200 } as const;
const ITEM = { ...ALL, path: `${ALL.path}/:key` } as const;
const metadataBody = requestSchema<{ metadata: Metadata }>(z.strictObject({ metadata: types.metadata }));
const itemBody = requestSchema<{ meta: Metadata }>(
  z.strictObject({
    meta: types.metadata
      .refine(meta => Object.keys(meta).length === 1, 'a body names one key')
      .meta({ minProperties: 1, maxProperties: 1 }),
  }),
);

/** The properties of images, as compute let users change them. */
export const imageMetadataRoutes = (images: ProxiedImages, quotas: QuotaLimitsService): Route[] => {
  const all = async ({ ctx, params: { id = '' } }: Call): Promise<Metadata> => (await images.get(ctx, id)).properties;
  const change = async ({ ctx, params: { id = '' } }: Call, decide: (before: Metadata) => Metadata): Promise<Metadata> => {
    const { metadata_items: most } = await quotas.of(ctx.projectId);
    return images.changeProperties(ctx, id, before => {
      const after = decide(before);
      const count = Object.keys(after).length;
      if (most >= 0 && count > most && count > Object.keys(before).length)
        throw new CloudError('forbidden', 'Image metadata limit exceeded');
      return after;
    });
  };
  return [
    route({ ...ALL, method: 'GET', handle: async call => ({ metadata: await all(call) }) }),
    ...(['POST', 'PUT'] as const).map(method =>
      route({
        ...ALL,
        method,
        body: metadataBody,
        handle: async (call, { metadata }) => ({
          metadata: await change(call, before => (method === 'POST' ? { ...before, ...metadata } : metadata)),
        }),
      }),
    ),
    route({
      ...ITEM,
      method: 'GET',
      handle: async call => {
        const { key = '' } = call.params;
        const value = (await all(call))[key];
        if (value === undefined) throw new CloudError('notFound', 'Metadata item was not found');
        return { meta: { [key]: value } };
      },
    }),
    route({
      ...ITEM,
      method: 'PUT',
      body: itemBody,
      handle: async (call, { meta }) => {
        const { key = '' } = call.params;
        if (meta[key] === undefined) throw new CloudError('invalid', 'Request body and URI mismatch');
        await change(call, before => ({ ...before, ...meta }));
        return { meta };
      },
    }),
    route({
      ...ITEM,
      method: 'DELETE',
      ok: 204,
      handle: async call => {
        const { key = '' } = call.params;
        await change(call, ({ [key]: value, ...others }) => {
          if (value === undefined) throw new CloudError('notFound', 'Invalid metadata key');
          return others;
        });
      },
    }),
  ];
};
