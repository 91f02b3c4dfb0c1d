import { ApiVersion } from '#microversion';
import type { Endpoint, Parameters, Route } from '../api/index.js';
import { answerSchema } from './answer-schema.js';
import { ANSWERS } from './answers.js';
import { faultsOf, faultsOfMethod } from './faults.js';
import type { RequestSchemaComponents } from './request-schema-components.js';
import { sharedSchemaOf } from './shared-schemas.js';
import { minorsOf, runsOf, versionExtension, versionsOf } from './versions-of.js';

/** One method of one path of the document. */
export const operationOf = (route: Route, components: RequestSchemaComponents): object => {
  const { method, path, endpoints } = route;
  const since = Math.min(...endpoints.map(endpoint => endpoint.since));
  const until = Math.max(...endpoints.map(endpoint => endpoint.until));
  const gone = endpoints.every(endpoint => endpoint.ok === 410);
  return {
    operationId: `${method.toLowerCase()}${path.replaceAll('/', '_').replaceAll(':', '')}`,
    summary: gone ? 'Gone' : summaryOf(endpoints),
    tags: [path.split('/')[1] ?? ''],
    ...(gone && { deprecated: true }),
    ...versionExtension(since, until),
    ...(!gone && { 'x-policy': policiesOf(endpoints), parameters: parametersOf(route) }),
    ...bodyOf(route, components),
    responses: gone ? faultsOf([401, 410]) : { ...successesOf(route), ...faultsOf(faultsOfMethod(method)) },
  };
};

const summaryOf = (endpoints: readonly Endpoint[]): string =>
  endpoints.length === 1 ? endpoints[0]!.policy.name.replace(/^os_compute_api:/, '') : `One of ${endpoints.length} actions`;

/** The rule of each action, or the one rule of the path. */
const policiesOf = (endpoints: readonly Endpoint[]): object =>
  endpoints.length === 1 && endpoints[0]!.action === undefined
    ? { rule: endpoints[0]!.policy.name }
    : Object.fromEntries(
        endpoints.map(({ action = '', policy, since, until }) => [action, { rule: policy.name, ...versionsOf(since, until) }]),
      );

const parametersOf = ({ path, endpoints }: Route): object[] => [
  ...[...path.matchAll(/:(\w+)/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
  ...endpoints.flatMap(({ query }) => queryParameters(query ?? {})),
  { $ref: '#/components/parameters/microversion' },
];

const queryParameters = (query: Parameters): object[] =>
  Object.entries(query).map(([name, { check, ...range }]) => ({
    name,
    in: 'query',
    schema: sharedSchemaOf(check),
    ...versionExtension(...minorsOf(range)),
  }));

const bodyOf = ({ method, path, endpoints }: Route, components: RequestSchemaComponents): object => {
  const choices = endpoints
    .filter(({ body, action, ok }) => ok !== 410 && (body || action !== undefined))
    .map(({ since, until, body, action }) => components.add(componentName(method, path, action), since, until, body, action));
  if (choices.length === 0) return {};
  const schema = choices.length === 1 ? choices[0] : { oneOf: choices, 'x-openstack': { discriminator: 'action' } };
  return { requestBody: { required: true, content: { 'application/json': { schema } } } };
};

const componentName = (method: string, path: string, action: string | undefined): string =>
  `${method.toLowerCase()}${path.replaceAll('/', '_').replaceAll(':', '')}${action === undefined ? '' : `_${action}`}`;

/** By status, with the versions that answer it where they differ, and the body where a view makes it. */
const successesOf = ({ method, path, endpoints }: Route): Record<string, object> => {
  const found = new Map<string, { actions: string[]; schemas: object[]; since: number; until: number }>();
  for (const endpoint of endpoints) {
    const shape = ANSWERS[`${method} ${path}${endpoint.action === undefined ? '' : ` ${endpoint.action}`}`];
    for (const run of statusesOf(endpoint)) {
      const status = String(run.value);
      const known = found.get(status) ?? { actions: [], schemas: [], since: run.since, until: run.until };
      if (endpoint.action !== undefined) known.actions.push(endpoint.action);
      if (shape) known.schemas.push(answerSchema(shape));
      found.set(status, { ...known, since: Math.min(known.since, run.since), until: Math.max(known.until, run.until) });
    }
  }
  return Object.fromEntries(
    [...found].map(([status, { actions, schemas, since, until }]) => [
      status,
      {
        description: actions.length > 0 ? actions.join(', ') : 'Success',
        ...versionExtension(since, until),
        ...(schemas.length > 0 && { content: { 'application/json': { schema: schemas.length === 1 ? schemas[0] : { anyOf: schemas } } } }),
      },
    ]),
  );
};

const statusesOf = ({ since, until, ok }: Endpoint) =>
  runsOf(since, until, minor => (typeof ok === 'number' ? ok : ok(ApiVersion.of(`2.${minor}`))));
