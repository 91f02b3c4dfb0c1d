import { CloudError } from '#domain';
import { action, actionRoute, admin, type Call, type Route, reader, route, types } from '../api/index.js';
import {
  addAccessBody,
  type CreateFlavorBody,
  createExtraSpecsBody,
  createFlavorBody,
  removeAccessBody,
  updateExtraSpecBody,
  updateFlavorBody,
} from './flavor.schemas.js';
import { flavorDetail, flavorSummary } from './flavor.view.js';
import { FLAVOR_LIST, listFlavors } from './flavor-list.js';
import type { FlavorRecord, FlavorsRepository } from './flavors.repository.js';
import { type FlavorsService, type NewFlavor, noSuchExtraSpec } from './flavors.service.js';

export const flavorRoutes = (flavors: FlavorsService, repository: FlavorsRepository): Route[] => [
  route({
    method: 'GET',
    path: '/flavors',
    policy: reader('flavors:list'),
    query: FLAVOR_LIST,
    ok: 200,
    handle: call => listFlavors(repository, call, flavorSummary, 'flavors'),
  }),
  route({
    method: 'GET',
    path: '/flavors/detail',
    policy: reader('flavors:detail'),
    query: FLAVOR_LIST,
    ok: 200,
    handle: call => listFlavors(repository, call, flavorDetail, 'flavors/detail'),
  }),
  route({
    method: 'POST',
    path: '/flavors',
    policy: admin('os-flavor-manage:create'),
    body: createFlavorBody,
    ok: 200,
    handle: async (call, body) => shown(call, await flavors.create(call.ctx, newFlavor(body))),
  }),
  route({
    method: 'GET',
    path: '/flavors/:id',
    policy: reader('flavors:show'),
    ok: 200,
    handle: async call => shown(call, await flavors.show(call.ctx, idOf(call))),
  }),
  route({
    method: 'PUT',
    path: '/flavors/:id',
    since: '2.55',
    policy: admin('os-flavor-manage:update'),
    body: updateFlavorBody,
    ok: 200,
    handle: async (call, { flavor }) => shown(call, await flavors.describe(call.ctx, idOf(call), flavor.description)),
  }),
  route({
    method: 'DELETE',
    path: '/flavors/:id',
    policy: admin('os-flavor-manage:delete'),
    ok: 202,
    handle: call => flavors.delete(idOf(call)),
  }),
  ...extraSpecRoutes(flavors),
  ...accessRoutes(flavors, repository),
];

const extraSpecRoutes = (flavors: FlavorsService): Route[] => [
  route({
    method: 'GET',
    path: '/flavors/:id/os-extra_specs',
    policy: reader('os-flavor-extra-specs:index'),
    ok: 200,
    handle: async call => ({ extra_specs: (await flavors.show(call.ctx, idOf(call))).extraSpecs }),
  }),
  route({
    method: 'POST',
    path: '/flavors/:id/os-extra_specs',
    policy: admin('os-flavor-extra-specs:create'),
    body: createExtraSpecsBody,
    ok: 200,
    handle: async (call, body) => {
      await flavors.setExtraSpecs(idOf(call), body.extra_specs);
      return { extra_specs: body.extra_specs };
    },
  }),
  route({
    method: 'GET',
    path: '/flavors/:id/os-extra_specs/:key',
    policy: reader('os-flavor-extra-specs:show'),
    ok: 200,
    handle: async call => {
      const { extraSpecs } = await flavors.show(call.ctx, idOf(call));
      const key = keyOf(call);
      const value = extraSpecs[key];
      if (value === undefined) throw noSuchExtraSpec(idOf(call), key);
      return { [key]: value };
    },
  }),
  route({
    method: 'PUT',
    path: '/flavors/:id/os-extra_specs/:key',
    policy: admin('os-flavor-extra-specs:update'),
    body: updateExtraSpecBody,
    ok: 200,
    handle: async (call, body) => {
      const key = keyOf(call);
      if (Object.keys(body).length !== 1 || body[key] === undefined || !types.isMetadataKey(key))
        throw new CloudError('invalid', 'Request body and URI mismatch');
      await flavors.setExtraSpecs(idOf(call), body);
      return body;
    },
  }),
  route({
    method: 'DELETE',
    path: '/flavors/:id/os-extra_specs/:key',
    policy: admin('os-flavor-extra-specs:delete'),
    ok: 200,
    handle: call => flavors.deleteExtraSpec(idOf(call), keyOf(call)),
  }),
];

const accessRoutes = (flavors: FlavorsService, repository: FlavorsRepository): Route[] => {
  const accessOf = async (flavorId: string) => ({
    flavor_access: (await repository.projectsOf(flavorId)).map(projectId => ({ flavor_id: flavorId, tenant_id: projectId })),
  });
  return [
    route({
      method: 'GET',
      path: '/flavors/:id/os-flavor-access',
      policy: admin('os-flavor-access'),
      ok: 200,
      handle: async call => {
        const flavor = await flavors.show(call.ctx, idOf(call));
        if (flavor.isPublic) throw new CloudError('notFound', 'Access list not available for public flavors.');
        return accessOf(flavor.flavorId);
      },
    }),
    actionRoute('/flavors/:id/action', [
      action({
        name: 'addTenantAccess',
        policy: admin('os-flavor-access:add_tenant_access'),
        body: addAccessBody,
        ok: 200,
        handle: async (call, { addTenantAccess: { tenant } }) => {
          await flavors.addAccess(idOf(call), tenant, { refusePublic: call.at.allows('flavor-access-of-public-conflicts') });
          return accessOf(idOf(call));
        },
      }),
      action({
        name: 'removeTenantAccess',
        policy: admin('os-flavor-access:remove_tenant_access'),
        body: removeAccessBody,
        ok: 200,
        handle: async (call, { removeTenantAccess: { tenant } }) => {
          await flavors.removeAccess(idOf(call), tenant);
          return accessOf(idOf(call));
        },
      }),
    ]),
  ];
};

const idOf = (call: Call): string => call.params.id ?? '';
const keyOf = (call: Call): string => call.params.key ?? '';
const shown = ({ at, links }: Call, flavor: FlavorRecord) => ({ flavor: flavorDetail.at(at, 'everyone').object(flavor, links) });

const newFlavor = ({ flavor }: CreateFlavorBody): NewFlavor => ({
  flavorId: flavor.id === undefined || flavor.id === null || flavor.id === 'auto' ? undefined : String(flavor.id),
  name: flavor.name,
  vcpus: flavor.vcpus,
  memoryMb: flavor.ram,
  rootGb: flavor.disk,
  ephemeralGb: flavor['OS-FLV-EXT-DATA:ephemeral'] ?? 0,
  swapMb: flavor.swap ?? 0,
  rxtxFactor: flavor.rxtx_factor ?? 1,
  isPublic: flavor['os-flavor-access:is_public'] ?? true,
  description: flavor.description ?? null,
});
