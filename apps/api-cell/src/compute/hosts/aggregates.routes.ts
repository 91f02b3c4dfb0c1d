import { admin, type Route, route } from '../api/index.js';

/** Hosts are not grouped into aggregates yet: clients that look for those of a hypervisor find none. */
export const aggregateRoutes: readonly Route[] = [
  route({ method: 'GET', path: '/os-aggregates', policy: admin('os-aggregates:index'), ok: 200, handle: () => ({ aggregates: [] }) }),
];
