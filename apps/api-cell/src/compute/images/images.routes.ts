import { CloudError } from '#domain';
import type { Image } from '#images';
import type { View } from '#microversion';
import { type Call, jsonList, nextLinks, noRule, pageOf, type Route, route } from '../api/index.js';
import { type ImageLinks, imageDetail, imageSummary } from './image-proxy.view.js';
import { listProxied, proxiedQueryOf } from './image-proxy-query.js';
import { imageNotFound, type ProxiedImages } from './proxied-images.js';

const UNTIL = '2.35';

/** Images as compute showed them before clients asked the image service themselves. Who may see and delete them is that one's to say. */
export const imageRoutes = (images: ProxiedImages): Route[] => {
  const list = (path: string, of: View<Image, ImageLinks>): Route =>
    route({
      method: 'GET',
      path: `/${path}`,
      until: UNTIL,
      policy: noRule,
      ok: 200,
      handle: async call => {
        const page = pageOf(call.query);
        const found = page.limit > 0 ? await listProxied(images.service, call.ctx, proxiedQueryOf(call.query), page) : [];
        const compiled = of.at(call.at, 'everyone');
        return jsonList(
          'images',
          found.map(image => compiled.json(image, linksOf(call, images))),
          nextLinks(page, found.length, call.links, path, call.query, found.at(-1)?.id),
        );
      },
    });
  return [
    list('images', imageSummary),
    list('images/detail', imageDetail),
    route({
      method: 'GET',
      path: '/images/:id',
      until: UNTIL,
      policy: noRule,
      ok: 200,
      handle: async call => ({
        image: imageDetail.at(call.at, 'everyone').object(await images.get(call.ctx, call.params.id ?? ''), linksOf(call, images)),
      }),
    }),
    route({
      method: 'DELETE',
      path: '/images/:id',
      until: UNTIL,
      policy: noRule,
      ok: 204,
      handle: async ({ ctx, params: { id = '' } }) => {
        try {
          await images.service.delete(ctx, id);
        } catch (error) {
          if (error instanceof CloudError && error.kind === 'notFound') throw imageNotFound(error);
          if (error instanceof CloudError && error.kind === 'forbidden')
            throw new CloudError('forbidden', 'You are not allowed to delete the image.', { cause: error });
          throw error;
        }
      },
    }),
  ];
};

const linksOf = ({ links }: Call, { service }: ProxiedImages): ImageLinks => ({ links, urlOf: id => service.urlOf(id) });
