import fc from 'fast-check';
import type { z } from 'zod';
import { ApiVersion } from '#microversion';
import type { Route, Endpoint as RouteEndpoint } from '../../compute/api/index.js';
import { jsonSchemaOf } from '../../compute/openapi/json-schema-of.js';
import { IMAGE, OTHER_PROJECT, PROJECT } from '../../compute/test/compute-api.fixture.js';
import { HOST } from '../../compute/test/played-host.fixture.js';
import { routeTable } from '../../compute/test/route-table.fixture.js';
import type { Api, Endpoint } from './endpoint.js';
import { type ValidOptions, validOf } from './valid.js';

/** What a schema cannot know: names of what is there, and values of rules that are code. */
const VALID: ValidOptions = {
  known: {
    flavorRef: '1',
    imageRef: IMAGE,
    tenant: OTHER_PROJECT,
    host: HOST.host,
    hypervisor_hostname: HOST.node,
    public_key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBkdHzMxjx3nKqTyHUhlOZgHhYvDTaJUNWTx1oZkC1Rs sample',
    'hw:cpu_policy': 'dedicated',
  },
  always: ['imageRef', 'public_key', 'enabled'],
};

const valid = (schema: z.ZodType, field?: string) => validOf(jsonSchemaOf(schema), VALID, field);

const endpointOf = ({ method, path }: Route, { action, since, until, body, query = {} }: RouteEndpoint): Endpoint => ({
  method,
  path,
  versions: [since, until],
  query: Object.fromEntries(Object.entries(query).map(([name, { check }]) => [name, valid(check, name)])),
  ...(action !== undefined && { action }),
  ...((body || action !== undefined) && {
    bodyAt: minor => (body ? valid(body(ApiVersion.of(`2.${minor}`))) : fc.constant({ [action ?? '']: null })),
  }),
});

/** The compute API, as its table of routes tells it. */
export const computeApi: Api = {
  endpoints: routeTable().flatMap(route => route.endpoints.map(endpoint => endpointOf(route, endpoint))),
  prefixes: ['/v2.1', '/v2', `/v2.1/${PROJECT}`],
  headersAt: minor => ({ 'x-auth-token': 'admin', ...(minor !== undefined && { 'openstack-api-version': `compute 2.${minor}` }) }),
  unable: { 'GET /os-hypervisors/:id/uptime': 501, 'POST /os-cells': 501 },
  parameters: {
    '/images/:id': IMAGE,
    '/os-quota-sets/:id': OTHER_PROJECT,
    '/os-simple-tenant-usage/:id': PROJECT,
    '/os-hypervisors/:id': '99999999-8888-4777-8666-555555555555',
    '/os-cells/:name': 'api',
    '/os-cells/explain/:id': '12345678-1234-4234-8234-123456789012',
    key: 'sample',
    tag: 'sample',
  },
};
