import { microversions, NEWEST, OLDEST } from '#microversion';
import type { Route } from '../api/index.js';
import { faultResponses, faultSchemas } from './faults.js';
import { operationOf } from './operation.js';
import { RequestSchemaComponents } from './request-schema-components.js';
import { sharedSchemas } from './shared-schemas.js';

const ABOUT = `Nova's API, as Canopy serves it, generated from the tables that serve it.

Microversions: what does not hold for all of them (${OLDEST} to ${NEWEST}) tells its range in the extension \`x-openstack\` (\`min-ver\`, \`max-ver\`, both inclusive).
A request asks for one by the header OpenStack-API-Version; without it ${OLDEST} answers. \`x-policy\` names the rule that an operator's policy file may change;
\`audience: admin\` marks fields that only administrators are shown. Every path may also begin with the project's id.`;

const MICROVERSION = {
  name: 'OpenStack-API-Version',
  in: 'header',
  description: `\`compute 2.90\`, \`compute latest\`; ${OLDEST} when absent.`,
  schema: { type: 'string', examples: [`compute ${NEWEST}`] },
};

/** The whole API as an OpenAPI 3.1 document. */
export const openapiDocument = (routes: readonly Route[]) => {
  const components = new RequestSchemaComponents();
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route, components) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Canopy compute API', version: NEWEST, description: ABOUT, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [
      { url: '/v2.1' },
      { url: '/v2', description: `${OLDEST} without microversions; unknown fields of bodies are dropped, not refused.` },
    ],
    security: [{ token: [] }],
    tags: [...new Set(routes.map(({ path }) => path.split('/')[1] ?? ''))].map(name => ({ name })),
    paths,
    components: {
      parameters: { microversion: MICROVERSION },
      responses: faultResponses(),
      schemas: { ...faultSchemas, ...sharedSchemas, ...components.schemas },
      securitySchemes: { token: { type: 'apiKey', in: 'header', name: 'X-Auth-Token' } },
    },
    'x-microversions': Object.fromEntries(microversions().map(({ version, change }) => [version, change])),
  };
};

export type OpenapiDocument = ReturnType<typeof openapiDocument>;
