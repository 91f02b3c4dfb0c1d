import type { ErrorKind } from '#domain';
import type { FaultRenderer, HttpFault } from '../http/index.js';
import { keystoneFault } from '../http/index.js';

/** Neutron's names of errors, by which openstacksdk and its kin tell them apart. */
const TYPES: Partial<Record<ErrorKind, string>> = {
  invalid: 'HTTPBadRequest',
  forbidden: 'PolicyNotAuthorized',
  notFound: 'HTTPNotFound',
  conflict: 'HTTPConflict',
  overLimit: 'OverQuota',
  notImplemented: 'HTTPNotImplemented',
};

/** Neutron's shape. What is refused for want of a token has Keystone's, as everywhere. */
export const networkFault: FaultRenderer = (fault, request) => {
  if (fault.status === 401) return keystoneFault(fault, request);
  return { ...statusOf(fault), body: { NeutronError: { type: typeOf(fault), message: fault.message, detail: '' } } };
};

/** Neutron answers 409 where a quota is used up. */
const statusOf = ({ kind }: HttpFault) => (kind === 'overLimit' ? { status: 409 } : {});

const typeOf = ({ kind }: HttpFault): string => (kind && TYPES[kind]) ?? 'HTTPInternalServerError';
