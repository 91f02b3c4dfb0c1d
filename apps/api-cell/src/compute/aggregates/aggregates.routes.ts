import { CloudError } from '#domain';
import { action, actionRoute, admin, type Call, type Route, route } from '../api/index.js';
import {
  addHostBody,
  cacheImagesBody,
  createAggregateBody,
  removeHostBody,
  setMetadataBody,
  updateAggregateBody,
} from './aggregate.schemas.js';
import { aggregateCreated, aggregateDetail } from './aggregate.view.js';
import type { AggregateImagesService } from './aggregate-images.service.js';
import type { AggregateRecord } from './aggregates.repository.js';
import type { AggregatesService } from './aggregates.service.js';

const RULE = 'os-aggregates';

export const aggregateRoutes = (aggregates: AggregatesService, images: AggregateImagesService): Route[] => [
  route({
    method: 'GET',
    path: '/os-aggregates',
    policy: admin(`${RULE}:index`),
    ok: 200,
    handle: async ({ at }) => {
      const compiled = aggregateDetail.at(at, 'everyone');
      return { aggregates: (await aggregates.list()).map(aggregate => compiled.object(aggregate)) };
    },
  }),
  route({
    method: 'POST',
    path: '/os-aggregates',
    policy: admin(`${RULE}:create`),
    body: createAggregateBody,
    ok: 200,
    handle: async ({ at }, { aggregate: { name, availability_zone: zone } }) => ({
      aggregate: aggregateCreated.at(at, 'everyone').object(await aggregates.create(name, zone ?? null)),
    }),
  }),
  route({
    method: 'GET',
    path: '/os-aggregates/:id',
    policy: admin(`${RULE}:show`),
    ok: 200,
    handle: async call => shown(call, await aggregates.show(idOf(call))),
  }),
  route({
    method: 'PUT',
    path: '/os-aggregates/:id',
    policy: admin(`${RULE}:update`),
    body: updateAggregateBody,
    ok: 200,
    handle: async (call, { aggregate: { name, availability_zone: zone } }) =>
      shown(call, await aggregates.update(idOf(call), { name, zone })),
  }),
  route({
    method: 'DELETE',
    path: '/os-aggregates/:id',
    policy: admin(`${RULE}:delete`),
    ok: 200,
    handle: call => aggregates.delete(idOf(call)),
  }),
  route({
    method: 'POST',
    path: '/os-aggregates/:id/images',
    since: '2.81',
    policy: { ...admin(`${RULE}:images`), name: 'compute:aggregates:images' },
    body: cacheImagesBody,
    ok: 202,
    handle: (call, { cache }) =>
      images.cache(
        call.ctx,
        idOf(call),
        cache.map(image => image.id),
      ),
  }),
  actionRoute('/os-aggregates/:id/action', [
    action({
      name: 'add_host',
      policy: admin(`${RULE}:add_host`),
      body: addHostBody,
      ok: 200,
      handle: async (call, { add_host: { host } }) => shown(call, await aggregates.addHost(idOf(call), host)),
    }),
    action({
      name: 'remove_host',
      policy: admin(`${RULE}:remove_host`),
      body: removeHostBody,
      ok: 200,
      handle: async (call, { remove_host: { host } }) => shown(call, await aggregates.removeHost(idOf(call), host)),
    }),
    action({
      name: 'set_metadata',
      policy: admin(`${RULE}:set_metadata`),
      body: setMetadataBody,
      ok: 200,
      handle: async (call, { set_metadata: { metadata } }) => shown(call, await aggregates.updateMetadata(idOf(call), metadata)),
    }),
  ]),
];

/** @throws CloudError `invalid`: an aggregate is named by its number, in every version. */
const idOf = ({ params }: Call): number => {
  const text = params.id ?? '';
  if (!/^-?\d{1,18}$/.test(text)) throw new CloudError('invalid', 'Invalid input received: id must be an integer');
  return Number(text);
};

const shown = ({ at }: Call, aggregate: AggregateRecord) => ({ aggregate: aggregateDetail.at(at, 'everyone').object(aggregate) });
