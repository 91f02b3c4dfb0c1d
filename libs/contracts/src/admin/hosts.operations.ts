import { z } from 'zod';
import { Resources } from '../shapes.js';
import type { AdminOperation } from './operation.js';

/** A host as its own cell knows it. */
const Host = z.object({
  name: z.string(),
  zone: z.string(),
  enabled: z.boolean(),
  disabledReason: z.string().nullable(),
  /** Treated as down, whatever is heard of it. */
  forcedDown: z.boolean(),
  /** It reports, and nobody has forced it down. */
  up: z.boolean(),
  /** ms since 1970 */
  lastSeenAt: z.number().int(),
  /** Instances that have their place there. */
  instances: z.number().int(),
  total: Resources,
  used: Resources,
});
export type HostShown = z.infer<typeof Host>;

/** What an operator wants of a host; what is left out stays as it is. */
export const HostChanges = z.strictObject({
  enabled: z.boolean().optional(),
  /** Told with `enabled: false`; gone when it is enabled. */
  disabledReason: z.string().min(1).max(255).nullable().optional(),
  forcedDown: z.boolean().optional(),
});
export type HostChanges = z.infer<typeof HostChanges>;

/** The hosts of the cell that is asked; those of cells below it are asked of them. */
export const hostOperations = {
  'host.list': { request: z.strictObject({}), result: z.object({ hosts: z.array(Host) }) },
  'host.change': { request: z.strictObject({ name: z.string().min(1).max(255), changes: HostChanges }), result: Host },
} as const satisfies Record<string, AdminOperation>;
