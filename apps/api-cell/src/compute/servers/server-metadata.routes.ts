import { z } from 'zod';
import { CloudError, type RequestContext } from '#domain';
import { rawJson, requestSchema } from '#microversion';
import { type Call, member, type Route, reader, route, types } from '../api/index.js';
import type { QuotaLimitsService } from '../quotas/quota-limits.service.js';
import { checkUnlocked, checkWritable, type ServerChanges } from './server-changes.js';
import type { ServersRepository } from './servers.repository.js';

type Metadata = Readonly<Record<string, string>>;

const metadataBody = requestSchema<{ metadata: Metadata }>(z.strictObject({ metadata: types.metadata }));
const itemBody = requestSchema<{ meta: Metadata }>(z.strictObject({ meta: types.metadata }));
const Stored = z.record(z.string(), z.string());

export interface ServerMetadataDeps {
  readonly servers: ServersRepository;
  readonly changes: ServerChanges;
  readonly quotas: QuotaLimitsService;
}

export const serverMetadataRoutes = ({ servers, changes, quotas }: ServerMetadataDeps): Route[] => {
  const read = async (ctx: RequestContext, id: string): Promise<Metadata> =>
    Stored.parse(JSON.parse((await servers.show(ctx, id)).metadataJson));
  const change = async ({ ctx, params: { id = '' } }: Call, what: string, make: (metadata: Metadata) => Metadata): Promise<Metadata> => {
    const limit = (await quotas.of(ctx.projectId)).metadata_items;
    let made: Metadata = {};
    await changes.change(ctx, id, server => {
      checkUnlocked(ctx, id, server);
      checkWritable(what, id, server);
      made = make(Stored.parse(JSON.parse(server.metadataJson)));
      if (limit >= 0 && Object.keys(made).length > limit)
        throw new CloudError('overLimit', `Maximum number of metadata items exceeds ${limit}`);
      return { metadata: JSON.stringify(made) };
    });
    return made;
  };
  const update = (call: Call, make: (metadata: Metadata) => Metadata) => change(call, 'update metadata', make);
  return [
    route({
      method: 'GET',
      path: '/servers/:id/metadata',
      policy: reader('server-metadata:index'),
      ok: 200,
      handle: async ({ ctx, params: { id = '' } }) => rawJson(`{"metadata":${(await servers.show(ctx, id)).metadataJson}}`),
    }),
    route({
      method: 'POST',
      path: '/servers/:id/metadata',
      policy: member('server-metadata:create'),
      body: metadataBody,
      ok: 200,
      handle: async (call, { metadata }) => ({ metadata: await update(call, old => ({ ...old, ...metadata })) }),
    }),
    route({
      method: 'PUT',
      path: '/servers/:id/metadata',
      policy: member('server-metadata:update_all'),
      body: metadataBody,
      ok: 200,
      handle: async (call, { metadata }) => ({ metadata: await update(call, () => metadata) }),
    }),
    route({
      method: 'GET',
      path: '/servers/:id/metadata/:key',
      policy: reader('server-metadata:show'),
      ok: 200,
      handle: async ({ ctx, params: { id = '', key = '' } }) => {
        const value = (await read(ctx, id))[key];
        if (value === undefined) throw noSuchItem();
        return { meta: { [key]: value } };
      },
    }),
    route({
      method: 'PUT',
      path: '/servers/:id/metadata/:key',
      policy: member('server-metadata:update'),
      body: itemBody,
      ok: 200,
      handle: async (call, { meta }) => {
        if (Object.keys(meta).length !== 1) throw new CloudError('invalid', 'Request body contains too many items');
        if (meta[call.params.key ?? ''] === undefined) throw new CloudError('invalid', 'Request body and URI mismatch');
        await update(call, old => ({ ...old, ...meta }));
        return { meta };
      },
    }),
    route({
      method: 'DELETE',
      path: '/servers/:id/metadata/:key',
      policy: member('server-metadata:delete'),
      ok: 204,
      handle: async call => {
        await change(call, 'delete metadata', ({ [call.params.key ?? '']: gone, ...rest }) => {
          if (gone === undefined) throw noSuchItem();
          return rest;
        });
      },
    }),
  ];
};

const noSuchItem = (): CloudError => new CloudError('notFound', 'Metadata item was not found');
