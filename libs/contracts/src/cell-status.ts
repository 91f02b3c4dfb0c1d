import { z } from 'zod';
import { CellHealth, ChildQuota, QuotaUse, RefusedHost } from './admin/cells.operations.js';
import { Pool, Version } from './shapes.js';

const count = z.number().int().nonnegative();

/** What a cell holds of one of its children: its own wishes for it, and whether it hears it. */
export const ChildStanding = z.object({
  name: z.string(),
  health: CellHealth,
  enabled: z.boolean(),
  disabledReason: z.string().nullable(),
  draining: count,
  drainedPercent: z.number().nullable(),
  weightOffset: z.number(),
  weightScale: z.number(),
  quota: ChildQuota.nullable(),
  used: QuotaUse,
  /** ms since 1970; 0 when it was never heard of. */
  lastSeenAt: count,
});
export type ChildStanding = z.infer<typeof ChildStanding>;

/**
 * How one cell stands, as it tells it itself. Every cell above keeps the newest, so that each knows the whole tree below it from its
 * own database, also while links are cut.
 */
export const CellStatus = z.object({
  path: z.string(),
  /** epoch: 0; generation: when it was said, in ms since 1970. */
  version: Version,
  /** The cell was removed from the tree: what it said before does not count any more. */
  gone: z.boolean().default(false),
  software: z.string(),
  /** Versions of the protocol that it speaks with its neighbours. */
  protocol: z.object({ oldest: count, newest: count }),
  /** Of the process that says so. */
  startedAt: count,
  /** ms since 1970, by the cell's own clock. */
  reportedAt: count,
  globalsVersion: count,
  /** Of its own hosts; what lies in cells below is told by them. */
  hostsUp: count,
  hostsDown: count,
  /** Of its own hosts, those that it has disabled by itself, and why: the first of them. */
  refusedHosts: z.array(RefusedHost).default([]),
  instances: count,
  pools: z.array(Pool),
  /** What waits there, by name: `outbox` (frames not sent yet), `parked` (messages that nobody could handle), `workflows` (under way). */
  queues: z.record(z.string(), count),
  /** For how long the oldest frame in its outbox has waited to be sent. */
  outboxSeconds: count.default(0),
  children: z.array(ChildStanding),
});
export type CellStatus = z.infer<typeof CellStatus>;
