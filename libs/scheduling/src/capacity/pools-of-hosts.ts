import type { Pool } from '#contracts';
import { addShapes, NO_RESOURCES, type ResourceShape, subtractShapes, timesThatFit } from '#domain';
import { type HostCandidate, isUsable } from '../host-candidate.js';
import { distinctShapes } from './slots.js';

/**
 * What a cell reports of its hosts: those alike in zone, hypervisor type and traits added up, and for every flavor how many more
 * would fit, host by host. A disabled or silent host stays in the totals, for people, and adds nothing to what fits.
 */
export const capacityOf = (hosts: readonly HostCandidate[], flavors: readonly ResourceShape[]): Pool[] => {
  const shapes = [...distinctShapes(flavors)];
  const pools = new Map<string, Pool>();
  for (const host of hosts) {
    const traits = [...host.traits].sort();
    const key = poolKey(host.zone, host.hypervisorType, traits);
    const pool = pools.get(key) ?? emptyPool(host, traits, shapes);
    pools.set(key, withHost(pool, host, shapes));
  }
  return inOrder(pools);
};

/** The same for pools that are alike. */
export const poolKey = (zone: string, hypervisorType: string, sortedTraits: readonly string[]): string =>
  [zone, hypervisorType, ...sortedTraits].join('\n');

/** Sorted by key, so that equal capacity makes equal reports. */
export const inOrder = (pools: ReadonlyMap<string, Pool>): Pool[] =>
  [...pools.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, pool]) => pool);

type NamedShape = readonly [key: string, shape: ResourceShape];

const emptyPool = (host: HostCandidate, traits: string[], shapes: readonly NamedShape[]): Pool => ({
  zone: host.zone,
  hypervisorType: host.hypervisorType,
  traits,
  hosts: 0,
  total: NO_RESOURCES,
  used: NO_RESOURCES,
  fits: Object.fromEntries(shapes.map(([key]) => [key, 0])),
});

const withHost = (pool: Pool, host: HostCandidate, shapes: readonly NamedShape[]): Pool => {
  if (isUsable(host)) for (const [key, shape] of shapes) pool.fits[key]! += timesThatFit(host.free, shape);
  return {
    ...pool,
    hosts: pool.hosts + 1,
    total: addShapes(pool.total, host.total),
    used: addShapes(pool.used, subtractShapes(host.total, host.free)),
  };
};
