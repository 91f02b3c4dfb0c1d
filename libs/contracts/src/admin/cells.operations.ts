import { z } from 'zod';
import type { AdminOperation } from './operation.js';

/**
 * up: heard of in time, and given builds. mute: silent for longer than its parent waits, or behind a cell that is. disabled and
 * draining: as the operator wants it, and up. never-seen: it has not reported yet.
 */
export const CellHealth = z.enum(['up', 'mute', 'disabled', 'draining', 'never-seen']);
export type CellHealth = z.infer<typeof CellHealth>;

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
  weightOffset: z.number(),
  /** ms since 1970 of its last report; null when there was none, and for the parent, which does not report. */
  lastSeenAt: z.number().int().nullable(),
  /** Since then, as far as the cell that is asked could hear. */
  silentSeconds: z.number().nullable(),
});
export type Neighbour = z.infer<typeof Neighbour>;

const Nothing = z.strictObject({});
const Name = z.string().min(1).max(63);

/** What cells say of themselves and of the cells around them. */
export const cellOperations = {
  /** The cell that is asked. */
  'cell.info': {
    request: Nothing,
    result: z.object({ name: z.string(), path: z.string(), capabilities: z.record(z.string(), z.array(z.string())) }),
  },
  /** Its parent and its children. */
  'cell.list': { request: Nothing, result: z.object({ neighbours: z.array(Neighbour) }) },
  /** One child of the cell that is asked. */
  'cell.show': { request: z.strictObject({ name: Name }), result: Neighbour },
} as const satisfies Record<string, AdminOperation>;
