import { z } from 'zod';
import { Decision } from '../decision.js';
import { Flavor, ServerGroup, Uuid } from '../shapes.js';
import { CellHealth } from './cells.operations.js';
import type { AdminOperation } from './operation.js';

/** One request may ask for so many servers at once: each brings several decisions of about a kilobyte. */
export const MAX_EXPLAINED = 50;

const Instances = z.array(Uuid).min(1).max(MAX_EXPLAINED);

const DecisionTold = z.object({
  /** Full path of the cell that decided. */
  cell: z.string(),
  /** ms since 1970, by that cell's clock. */
  at: z.number().int(),
  decision: Decision,
});
export type DecisionTold = z.infer<typeof DecisionTold>;

/** What the cells at and below one decided about a server. */
const ExplainedServer = z.object({
  instance: Uuid,
  /** Null when this cell keeps no decision about it any more. */
  requestId: z.string().nullable(),
  /** A cell's own before those of the cells that it asked. */
  decisions: z.array(DecisionTold),
  /** Paths of cells that were asked to place it, and now do not answer. */
  unreachable: z.array(z.string()),
});
export type ExplainedServer = z.infer<typeof ExplainedServer>;

const Rehearsed = ExplainedServer.extend({
  /** Where it would be: the path of a cell, then `@` and the host. Null when there is no room, or nobody can tell. */
  place: z.string().nullable(),
});
export type Rehearsed = z.infer<typeof Rehearsed>;

const Wishes = {
  imageProperties: z.record(z.string(), z.string()),
  availabilityZone: z.string().nullable(),
  /** The server group that it would join. */
  group: ServerGroup.nullable(),
  /** Hosts (`cell path@host`) that it is asked for on, and whether they are forced. */
  onHosts: z.array(z.string()).optional(),
  forced: z.boolean().optional(),
  /** Hosts (`cell path@host`) of the servers that its hints name: it is to be on one of these, */
  sameHost: z.array(z.string()).optional(),
  /** and on none of these. */
  differentHost: z.array(z.string()).optional(),
};
const Wish = z.strictObject({ ...Wishes, flavor: Flavor, projectId: z.string() });
/** A server that nobody has asked for yet. */
export type Wish = z.infer<typeof Wish>;

const CellFit = z.object({
  path: z.string(),
  /** How many more it would take now, all below it counted. */
  fits: z.number().int().nonnegative(),
  /** Servers that were sent there and are not in its report yet. */
  reserved: z.number().int().nonnegative(),
  /** ms since 1970 of the report that this is from; null for the cell that is asked, whose hosts are counted, and when none came. */
  reportedAt: z.number().int().nullable(),
  ageSeconds: z.number().nullable(),
  health: CellHealth,
});
export type CellFit = z.infer<typeof CellFit>;

/** Why servers are where they are, and what would become of more. */
export const explainOperations = {
  /** The decisions about one server, or about those of one request, from behind `marker` on. */
  'explain.show': {
    request: z.strictObject({ id: z.string().min(1).max(64), limit: z.number().int().min(1).max(MAX_EXPLAINED), marker: Uuid.nullable() }),
    result: z.object({
      servers: z.array(ExplainedServer),
      next: Uuid.nullable(),
      /** Of one server that found no place: what its order would meet now. It tells what is missing also in cells that were not asked. */
      now: Rehearsed.nullable().optional(),
    }),
  },
  /** What this cell and those that it chose know about these. */
  'explain.decisions': { request: z.strictObject({ instances: Instances }), result: z.object({ servers: z.array(ExplainedServer) }) },
  /** Where servers would go that are not asked for yet; nothing is reserved. */
  'explain.dryRun': {
    request: z.strictObject({ ...Wishes, flavorId: z.string(), projectId: z.string(), count: z.number().int().min(1).max(MAX_EXPLAINED) }),
    result: z.object({ servers: z.array(Rehearsed) }),
  },
  /** The same below the cell that was asked: it gives the flavor and draws the uuids, which seed the breaking of ties. */
  'explain.rehearse': {
    request: z.strictObject({ instances: Instances, wish: Wish }),
    result: z.object({ servers: z.array(Rehearsed) }),
  },
  /** How many more of a flavor would fit, by cell. */
  'fit.show': {
    request: z.strictObject({ flavorId: z.string(), availabilityZone: z.string().nullable() }),
    result: z.object({
      flavor: z.object({ id: z.string(), name: z.string() }),
      total: z.number().int().nonnegative(),
      cells: z.array(CellFit),
    }),
  },
} as const satisfies Record<string, AdminOperation>;
