import { DataSource } from 'typeorm';
import type { Route } from '../api/index.js';
import { type ComputeApiDeps, computeRoutes } from '../compute-routes.js';

/** Of what the API stands on nothing is asked: only its table is read. */
const unasked: object = new Proxy(() => undefined, { get: () => unasked, apply: () => unasked });
const dataSource = new DataSource({ type: 'mariadb' });
const deps = new Proxy({} as ComputeApiDeps, { get: (_, name) => (name === 'dataSource' ? dataSource : unasked) });

/** The route table of the compute API, to be read; its handlers lead nowhere. */
export const routeTable = (): Route[] => computeRoutes(deps);
