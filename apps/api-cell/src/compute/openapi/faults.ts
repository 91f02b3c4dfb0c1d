import { novaFault } from '#domain';

const MEANINGS = {
  400: 'The request is malformed, or a field of it is not valid; the message names the field.',
  401: 'No token, or one that is not valid.',
  403: 'The policy does not allow it, or a quota is exhausted.',
  404: 'There is no such thing, or this microversion does not know the path.',
  406: 'There is no such microversion.',
  409: 'The thing is in a state that does not allow it, or is being changed by another request.',
  410: 'Removed from the API for good.',
  413: 'The body is too large.',
  415: 'The body is not JSON.',
  503: 'The database, or the cell that is asked, does not answer now.',
} as const;

type Status = keyof typeof MEANINGS;

const keyOf = (status: number): string => Object.keys(novaFault(status, ''))[0] ?? '';

/** Every refusal, as a response of the document. */
export const faultResponses = () =>
  Object.fromEntries(
    Object.entries(MEANINGS).map(([status, description]) => [
      `fault-${status}`,
      {
        description,
        content: { 'application/json': { schema: Number(status) === 401 ? UNAUTHENTICATED : novaFaultSchema(Number(status)) } },
      },
    ]),
  );

export const faultSchemas = {
  fault: {
    type: 'object',
    required: ['code', 'message'],
    properties: { code: { type: 'integer' }, message: { type: 'string' } },
  },
} as const;

const FAULT = { $ref: '#/components/schemas/fault' };

const novaFaultSchema = (status: number) => ({ type: 'object', required: [keyOf(status)], properties: { [keyOf(status)]: FAULT } });

/** Keystone's shape: the answer is that of its middleware in every service. */
const UNAUTHENTICATED = { type: 'object', required: ['error'], properties: { error: FAULT } };

/** References to the refusals that an operation may answer. */
export const faultsOf = (statuses: readonly Status[]) =>
  Object.fromEntries(statuses.map(status => [String(status), { $ref: `#/components/responses/fault-${status}` }]));

export const faultsOfMethod = (method: string): Status[] =>
  method === 'GET'
    ? [400, 401, 403, 404, 406, 503]
    : method === 'DELETE'
      ? [400, 401, 403, 404, 406, 409, 503]
      : [400, 401, 403, 404, 406, 409, 413, 415, 503];
