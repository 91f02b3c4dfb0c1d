import { StatusError } from './fault.js';
import { noRule } from './policy.js';
import type { Method } from './route.js';
import { type Route, route } from './route.js';

/** What Nova once had and never will again: 410 at every version. */
const GONE: readonly (readonly [path: string, ...methods: Method[]])[] = [
  ['/os-agents', 'GET', 'POST'],
  ['/os-agents/:id', 'PUT', 'DELETE'],
  ['/os-certificates', 'POST'],
  ['/os-certificates/:id', 'GET'],
  ['/os-cloudpipe', 'GET', 'POST'],
  ['/os-cloudpipe/:id', 'PUT'],
  ['/os-fixed-ips/:id', 'GET'],
  ['/os-fixed-ips/:id/action', 'POST'],
  ['/os-floating-ip-dns', 'GET'],
  ['/os-floating-ip-dns/:id', 'PUT', 'DELETE'],
  ['/os-floating-ip-dns/:id/entries/:entry', 'GET', 'PUT', 'DELETE'],
  ['/os-floating-ips-bulk', 'GET', 'POST'],
  ['/os-floating-ips-bulk/:id', 'GET', 'PUT'],
  ['/os-fping', 'GET'],
  ['/os-fping/:id', 'GET'],
  ['/os-networks', 'POST'],
  ['/os-networks/add', 'POST'],
  ['/os-networks/:id', 'DELETE'],
  ['/os-networks/:id/action', 'POST'],
  ['/os-security-group-default-rules', 'GET', 'POST'],
  ['/os-security-group-default-rules/:id', 'GET', 'DELETE'],
  ['/os-tenant-networks', 'POST'],
  ['/os-tenant-networks/:id', 'DELETE'],
  ['/servers/:id/consoles', 'GET', 'POST'],
  ['/servers/:id/consoles/:console', 'GET', 'DELETE'],
  ['/servers/:id/os-virtual-interfaces', 'GET'],
];

export const gone = (): never => {
  throw new StatusError(410, 'This resource is no longer available. No forwarding address is given.');
};

export const goneRoutes: readonly Route[] = GONE.flatMap(([path, ...methods]) =>
  methods.map(method => route({ method, path, policy: noRule, ok: 410, handle: gone })),
);
