import { CloudError, isUuid } from '#domain';
import { admin, type Call, type Parameters, parameterOf, type Route, route, text } from '../api/index.js';
import type { HostsRepository } from './hosts.repository.js';
import { type ServiceUpdate, updateServiceBody } from './service.schemas.js';
import { COMPUTE, computeService, unheardService } from './service.view.js';
import { changesOf, legacyChanges } from './service-changes.js';
import type { ServicesService } from './services.service.js';

const LIST: Parameters = { host: text(), binary: text() };

/** The compute services of all cells. */
export const serviceRoutes = (hosts: HostsRepository, services: ServicesService): Route[] => [
  route({
    method: 'GET',
    path: '/os-services',
    policy: admin('os-services:list'),
    query: LIST,
    ok: 200,
    handle: async ({ at, query }) => {
      const host = parameterOf(query, 'host');
      const binary = parameterOf(query, 'binary');
      // As in Nova, a filter that is empty filters nothing.
      const found = binary && binary !== COMPUTE ? [] : await hosts.list();
      const compiled = computeService.at(at, 'admin');
      const shown = found.filter(h => !host || h.host === host);
      return { services: shown.map(h => (h.unheard && at.allows('partial-records') ? unheardService(h) : compiled.object(h))) };
    },
  }),
  route({
    method: 'PUT',
    path: '/os-services/:id',
    policy: admin('os-services:update'),
    body: updateServiceBody,
    ok: 200,
    handle: (call, body) => (call.at.allows('service-uuids') ? update(services, call, body) : legacyUpdate(services, call, body)),
  }),
  route({
    method: 'DELETE',
    path: '/os-services/:id',
    policy: admin('os-services:delete'),
    ok: 204,
    handle: call => services.delete(call.ctx, idOf(call)),
  }),
];

const update = async (services: ServicesService, { ctx, at, params }: Call, body: ServiceUpdate) => ({
  service: computeService.at(at, 'admin').object(await services.update(ctx, params.id ?? '', changesOf(body))),
});

const legacyUpdate = async (services: ServicesService, { ctx, at, params }: Call, body: ServiceUpdate) => {
  const { host = '', binary = '' } = body;
  const { changes, shown } = legacyChanges(params.id ?? '', body, at.allows('force-down'));
  await services.updateByName(ctx, host, binary, changes);
  return { service: { host, binary, ...shown } };
};

/** @throws CloudError `invalid` */
const idOf = ({ at, params }: Call): { id: number } | { uuid: string } => {
  const text = params.id ?? '';
  if (at.allows('service-uuids')) {
    if (!isUuid(text)) throw new CloudError('invalid', `Invalid uuid ${text}`);
    return { uuid: text };
  }
  if (!/^\d{1,9}$/.test(text)) throw new CloudError('invalid', 'Invalid input received: id must be an integer');
  return { id: Number(text) };
};
