import { z } from 'zod';
import { CloudError } from '#domain';
import { rawJson, requestSchema } from '#microversion';
import { Answer, type Call, member, type Route, reader, route, types } from '../api/index.js';
import { checkWritable, type ServerChanges } from './server-changes.js';
import type { ServersRepository } from './servers.repository.js';

const MAX_TAGS = 50;
const tagsBody = requestSchema<{ tags: string[] }>(z.strictObject({ tags: types.tags }));
const Stored = z.array(z.string());

export const serverTagRoutes = (servers: ServersRepository, changes: ServerChanges): Route[] => {
  const change = ({ ctx, params: { id = '' } }: Call, what: string, make: (tags: string[]) => string[] | undefined): Promise<void> =>
    changes.change(ctx, id, server => {
      checkWritable(what, id, server);
      const tags = make(Stored.parse(JSON.parse(server.tagsJson)));
      return tags && { tags: JSON.stringify(tags) };
    });
  return [
    route({
      method: 'GET',
      path: '/servers/:id/tags',
      since: '2.26',
      policy: reader('os-server-tags:index'),
      ok: 200,
      handle: async ({ ctx, params: { id = '' } }) => rawJson(`{"tags":${(await servers.show(ctx, id)).tagsJson}}`),
    }),
    route({
      method: 'PUT',
      path: '/servers/:id/tags',
      since: '2.26',
      policy: member('os-server-tags:update_all'),
      body: tagsBody,
      ok: 200,
      handle: async (call, { tags }) => {
        await change(call, 'update tags', () => tags);
        return { tags };
      },
    }),
    route({
      method: 'DELETE',
      path: '/servers/:id/tags',
      since: '2.26',
      policy: member('os-server-tags:delete_all'),
      ok: 204,
      handle: call => change(call, 'delete tags', () => []),
    }),
    route({
      method: 'GET',
      path: '/servers/:id/tags/:tag',
      since: '2.26',
      policy: reader('os-server-tags:show'),
      ok: 204,
      handle: async ({ ctx, params: { id = '', tag = '' } }) => {
        if (!Stored.parse(JSON.parse((await servers.show(ctx, id)).tagsJson)).includes(tag)) throw noSuchTag(id, tag);
      },
    }),
    route({
      method: 'PUT',
      path: '/servers/:id/tags/:tag',
      since: '2.26',
      policy: member('os-server-tags:update'),
      ok: 201,
      handle: async call => {
        const { id = '', tag = '' } = call.params;
        checkTag(tag);
        let added = false;
        await change(call, 'update tag', tags => {
          if (tags.includes(tag)) return undefined;
          if (tags.length >= MAX_TAGS) throw new CloudError('invalid', `The number of tags exceeded the per-server limit ${MAX_TAGS}`);
          added = true;
          return [...tags, tag];
        });
        return added
          ? new Answer(201, undefined, { location: `${call.links.self('servers', id)}/tags/${encodeURIComponent(tag)}` })
          : new Answer(204);
      },
    }),
    route({
      method: 'DELETE',
      path: '/servers/:id/tags/:tag',
      since: '2.26',
      policy: member('os-server-tags:delete'),
      ok: 204,
      handle: call => {
        const { id = '', tag = '' } = call.params;
        return change(call, 'delete tag', tags => {
          if (!tags.includes(tag)) throw noSuchTag(id, tag);
          return tags.filter(other => other !== tag);
        });
      },
    }),
  ];
};

const checkTag = (tag: string): void => {
  if (types.tag.safeParse(tag).success) return;
  throw new CloudError('invalid', `Tag '${tag}' is invalid. It must be a non empty string of at most 60 characters without '/' and ','.`);
};

const noSuchTag = (id: string, tag: string): CloudError => new CloudError('notFound', `Server ${id} has no tag '${tag}'`);
