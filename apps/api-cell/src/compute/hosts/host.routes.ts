import { z } from 'zod';
import { CloudError } from '#domain';
import { requestSchema } from '#microversion';
import { admin, type Call, type Parameters, parameterOf, type Route, route, text } from '../api/index.js';
import { resourceRows } from './host-resources.js';
import type { HostRecord, HostsRepository } from './hosts.repository.js';
import { COMPUTE } from './service.view.js';
import type { ServicesService } from './services.service.js';

const UNTIL = '2.42';
const LIST: Parameters = { zone: text() };

const switched = z.enum(['enable', 'disable', 'Enable', 'Disable', 'ENABLE', 'DISABLE']).optional();
const updateHostBody = requestSchema<{ status?: string; maintenance_mode?: string }>(
  z
    .strictObject({ status: switched, maintenance_mode: switched })
    .superRefine((body, ctx) => {
      if (body.status === undefined && body.maintenance_mode === undefined)
        ctx.addIssue({ code: 'custom', message: '{} is not valid under any of the given schemas' });
    })
    .meta({ minProperties: 1 }),
);

/** Nova's os-hosts, which ended with 2.43: what remains of it is in os-services and os-hypervisors. */
export const hostRoutes = (hosts: HostsRepository, services: ServicesService): Route[] => {
  const found = async ({ params: { id = '' } }: Call): Promise<HostRecord> => {
    const [host] = await hosts.named(id);
    if (!host) throw new CloudError('notFound', `Compute host ${id} could not be found.`);
    return host;
  };
  const power = (action: 'startup' | 'shutdown' | 'reboot'): Route =>
    route({
      method: 'GET',
      path: `/os-hosts/:id/${action}`,
      until: UNTIL,
      policy: admin(`os-hosts:${action === 'startup' ? 'start' : action}`),
      ok: 200,
      handle: async call => {
        await found(call);
        throw unsupported();
      },
    });
  return [
    route({
      method: 'GET',
      path: '/os-hosts',
      until: UNTIL,
      policy: admin('os-hosts:list'),
      query: LIST,
      ok: 200,
      handle: async ({ query }) => {
        const zone = parameterOf(query, 'zone');
        const shown = (await hosts.list()).filter(host => !zone || host.zone === zone);
        return { hosts: shown.map(({ host, zone: itsZone }) => ({ host_name: host, service: 'compute', zone: itsZone })) };
      },
    }),
    route({
      method: 'GET',
      path: '/os-hosts/:id',
      until: UNTIL,
      policy: admin('os-hosts:show'),
      ok: 200,
      handle: async call => {
        const host = await found(call);
        return { host: resourceRows(host, await hosts.usageByProject(host)).map(resource => ({ resource })) };
      },
    }),
    route({
      method: 'PUT',
      path: '/os-hosts/:id',
      until: UNTIL,
      policy: admin('os-hosts:update'),
      body: updateHostBody,
      ok: 200,
      handle: async (call, body) => {
        const { host } = await found(call);
        // No hypervisor here moves its servers away by itself: Nova's answer for those that cannot.
        if (body.maintenance_mode !== undefined) throw unsupported();
        const enabled = body.status?.toLowerCase() === 'enable';
        await services.updateByName(call.ctx, host, COMPUTE, { enabled });
        return { host, status: enabled ? 'enabled' : 'disabled' };
      },
    }),
    ...(['startup', 'shutdown', 'reboot'] as const).map(power),
  ];
};

const unsupported = (): CloudError => new CloudError('notImplemented', 'The requested functionality is not supported.');
