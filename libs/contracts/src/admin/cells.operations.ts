import { z } from 'zod';
import { Pool } from '../shapes.js';
import type { AdminOperation } from './operation.js';

/**
 * up: heard of in time, and given builds. mute: silent for longer than its parent waits, or behind a cell that is. disabled and
 * draining: as the operator wants it, and up. never-seen: it has not reported yet. incompatible: it speaks no
 * protocol that its parent does, and is given nothing.
 */
export const CellHealth = z.enum(['up', 'mute', 'disabled', 'draining', 'never-seen', 'incompatible']);
export type CellHealth = z.infer<typeof CellHealth>;

const limit = z.number().int().nonnegative().nullable();
/** What a child and everything below it may have; null is no limit. */
export const ChildQuota = z.strictObject({ instances: limit, cores: limit, ramMb: limit });
export type ChildQuota = z.infer<typeof ChildQuota>;

export const QuotaUse = z.object({ instances: z.number().int(), cores: z.number().int(), ramMb: z.number().int() });

const percent = z.number().int().min(0).max(100);
const offset = z.number().min(-1e9).max(1e9);
const scale = z.number().min(0).max(1e6);
const reason = z.string().min(1).max(255).nullable();

/** A cell as its neighbour sees it. What is said of a child is what its parent, which is asked, keeps of it. */
export const Neighbour = z.object({
  name: z.string(),
  path: z.string(),
  type: z.enum(['parent', 'child']),
  /** Of the broker over which the two talk. */
  username: z.string().nullable(),
  brokerHost: z.string().nullable(),
  brokerPort: z.number().int(),
  /** What its hosts can do, as Nova's cells tell it: `hypervisor` to `['QEMU', 'fake']`. */
  capabilities: z.record(z.string(), z.array(z.string())),
  health: CellHealth,
  enabled: z.boolean(),
  disabledReason: z.string().nullable(),
  draining: percent,
  weightOffset: z.number(),
  weightScale: z.number(),
  quota: ChildQuota.nullable(),
  /** What is in it and all below it, or on its way there. */
  used: QuotaUse,
  /** ms since 1970 of its last report; null when there was none, and for the parent, which does not report. */
  lastSeenAt: z.number().int().nullable(),
  /** Since then, as far as the cell that is asked could hear. */
  silentSeconds: z.number().nullable(),
});
export type Neighbour = z.infer<typeof Neighbour>;

/** One child, with the servers that are in it or on their way there. */
const Child = Neighbour.extend({
  servers: z.number().int(),
  /** Of those that were there when it began to drain; null while it does not drain. */
  drainedPercent: z.number().nullable(),
  /** While it drains: which servers are still there, 100 of them at most. */
  remaining: z.array(z.string()),
});
export type ChildShown = z.infer<typeof Child>;

/** What an operator wants of a child; what is left out stays as it is. */
export const ChildChanges = z.strictObject({
  enabled: z.boolean().optional(),
  /** Told with `enabled: false`; gone when it is enabled. */
  disabledReason: reason.optional(),
  draining: percent.optional(),
  weightOffset: offset.optional(),
  weightScale: scale.optional(),
  quota: ChildQuota.nullable().optional(),
});
export type ChildChanges = z.infer<typeof ChildChanges>;

/** A host that its cell gives nothing to, because the two do not understand each other. */
export const RefusedHost = z.object({ host: z.string(), reason: z.string() });
export type RefusedHost = z.infer<typeof RefusedHost>;

const Nothing = z.strictObject({});
const Name = z.string().min(1).max(63);

/** A cell of the tree, as it was last heard of where the tree is asked for. Null: nothing is known. */
export const CellNode = z.object({
  path: z.string(),
  health: CellHealth,
  /** What its parent wants of it. */
  enabled: z.boolean(),
  disabledReason: z.string().nullable(),
  draining: percent,
  drainedPercent: z.number().nullable(),
  weightOffset: z.number(),
  weightScale: z.number(),
  quota: ChildQuota.nullable(),
  /** Since the last status of the cell came in. */
  ageSeconds: z.number().nullable(),
  /** How long that status took to come here, by the clocks of both cells. */
  lagSeconds: z.number().nullable(),
  startedAt: z.number().int().nullable(),
  software: z.string().nullable(),
  protocol: z.object({ oldest: z.number().int(), newest: z.number().int() }).nullable(),
  globalsVersion: z.number().int().nullable(),
  /** In the cell and all below it. */
  hostsUp: z.number().int(),
  hostsDown: z.number().int(),
  /** In the cell itself. */
  refusedHosts: z.array(RefusedHost).default([]),
  instances: z.number().int(),
  used: QuotaUse,
  /** What waits in the cell itself. */
  queues: z.record(z.string(), z.number().int()),
});
export type CellNode = z.infer<typeof CellNode>;

/** What cells say of themselves and of the cells around them. */
export const cellOperations = {
  /** The cell that is asked. */
  'cell.info': {
    request: Nothing,
    result: z.object({ name: z.string(), path: z.string(), capabilities: z.record(z.string(), z.array(z.string())) }),
  },
  /** Its parent and its children. */
  'cell.list': { request: Nothing, result: z.object({ neighbours: z.array(Neighbour) }) },
  /** The cell that is asked and all below it, each before those below it. */
  'cell.tree': { request: Nothing, result: z.object({ cells: z.array(CellNode) }) },
  /** What is free: in one child, or (without a name) in the cell that is asked and all below it. */
  'cell.capacities': {
    request: z.strictObject({ name: Name.nullable() }),
    result: z.object({
      path: z.string(),
      /** Since the child reported; 0 for the cell that is asked. */
      ageSeconds: z.number().nullable(),
      /** Hosts that report, and hosts that have fallen silent. */
      hostsUp: z.number().int(),
      hostsDown: z.number().int(),
      pools: z.array(Pool),
      flavors: z.array(
        z.object({ id: z.string(), name: z.string(), memoryMb: z.number().int(), diskGb: z.number().int(), fits: z.number().int() }),
      ),
    }),
  },
  /** One child of the cell that is asked. */
  'cell.show': { request: z.strictObject({ name: Name }), result: Child },
  /** Changes what this cell wants of one of its children. */
  'cell.update': { request: z.strictObject({ name: Name, changes: ChildChanges }), result: Child },
} as const satisfies Record<string, AdminOperation>;
