import { CloudError } from './errors.js';

declare const brand: unique symbol;
type Branded<T, B extends string> = T & { readonly [brand]: B };

/** An instance's uuid, lower case, with dashes. */
export type InstanceUuid = Branded<string, 'InstanceUuid'>;
/** The name of a compute service's host, unique in its cell. */
export type HostName = Branded<string, 'HostName'>;
/** A cell's name: the last part of its path. */
export type CellName = Branded<string, 'CellName'>;
/** `req-` and a uuid: one per request of a user, from REST to hypervisor. */
export type RequestId = Branded<string, 'RequestId'>;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/;

export const isUuid = (text: string): boolean => UUID.test(text);

/** @throws CloudError `invalid` when the text is no uuid. */
export const instanceUuid = (text: string): InstanceUuid => {
  if (!isUuid(text)) throw new CloudError('invalid', `'${text}' is not a uuid`);
  return text as InstanceUuid;
};

/** What the guest of an instance is called on its host: libvirt's name of it, as `virsh` takes it, wherever the instance is. */
export const instanceName = (uuid: string): string => `instance-${uuid}`;

/** @throws CloudError `invalid`: a host name has letters, digits, dots, dashes and underscores, 63 at most. */
export const hostName = (text: string): HostName => {
  if (!NAME.test(text)) throw new CloudError('invalid', `'${text}' is not a host name`);
  return text as HostName;
};

/** @throws CloudError `invalid`: cell names have no '!', '.' or '@' (Nova's rule: they separate parts of an address). */
export const cellName = (text: string): CellName => {
  if (!NAME.test(text) || text.includes('.')) {
    throw new CloudError('invalid', `'${text}' is not a cell name: letters, digits, '-' and '_', 63 characters at most`);
  }
  return text as CellName;
};

export const requestId = (uuid: string): RequestId => `req-${uuid}` as RequestId;
