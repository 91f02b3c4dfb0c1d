import { z } from 'zod';
import { cellFilters, cellWeighers, hostFilters, hostWeighers } from '#scheduling';

type Names = Readonly<Record<string, unknown>>;
type Weighers = Readonly<Record<string, { readonly defaultMultiplier: number }>>;

const choiceAmong = (filters: Names, weighers: Weighers) =>
  z
    .strictObject({
      /** The filters to ask, in this order; all of them unless given. docs/operations/steering.md names those that are always asked. */
      filters: z
        .array(z.enum(Object.keys(filters)))
        .refine(names => new Set(names).size === names.length, 'names a filter twice')
        .default(Object.keys(filters)),
      /** Multipliers of weighers, over the defaults: above 0 spreads, below 0 stacks, 0 leaves the weigher out. */
      weights: z.strictObject(multipliers(weighers)).prefault({}),
    })
    .prefault({});

const multipliers = (weighers: Weighers) =>
  Object.fromEntries(Object.entries(weighers).map(([name, { defaultMultiplier }]) => [name, z.number().default(defaultMultiplier)]));

const cells = choiceAmong(cellFilters, cellWeighers);

/** How the root chooses: it has children only. */
export const rootScheduler = z.strictObject({ cells }).prefault({});

/** How a cell chooses among its hosts, and among its children. */
export const cellScheduler = z
  .strictObject({
    hosts: choiceAmong(hostFilters, hostWeighers),
    cells,
    /** A build tries so many hosts of the cell before it is given back to the parent. Nova's scheduler.max_attempts. */
    maxAttempts: z.number().int().min(1).max(100).default(3),
  })
  .prefault({});
