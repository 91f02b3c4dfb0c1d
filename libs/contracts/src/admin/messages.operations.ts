import { z } from 'zod';
import type { AdminOperation } from './operation.js';

/** A message that could not be handled; it waits for an operator. */
export const ParkedMessage = z.object({
  id: z.string(),
  method: z.string(),
  /** Cell path of the sender; a compute's is `<cell path>@<host>`. */
  source: z.string(),
  requestId: z.string(),
  reason: z.string(),
  /** ms since 1970 */
  parkedAt: z.number().int(),
});
export type ParkedMessage = z.infer<typeof ParkedMessage>;

/** How much waits in one place. */
export const QueueDepth = z.object({
  /** A queue of the cell's own broker, `outbox to <destination>`, or `parked`. */
  name: z.string(),
  messages: z.number().int(),
  /** Of a broker's queue. */
  consumers: z.number().int().nullable(),
  /** For how long the oldest has waited; a broker does not say. */
  oldestSeconds: z.number().int().nullable(),
});
export type QueueDepth = z.infer<typeof QueueDepth>;

const Side = z.object({ epoch: z.number().int(), generation: z.number().int(), taskState: z.string().nullable() });

/** An instance that a cell and its child do not have alike. */
export const ComparedInstance = z.object({
  instanceUuid: z.string(),
  here: Side.nullable(),
  there: Side.nullable(),
  /** False: it has just changed on one side, and is left to the messages that tell of it. */
  settled: z.boolean(),
  /** What is done about it, or would be; `unknownAbove` is for an operator to decide. */
  repair: z.enum(['none', 'retell', 'delete', 'recall', 'unknownAbove']),
  why: z.string(),
});
export type ComparedInstance = z.infer<typeof ComparedInstance>;

export const ChildDifferences = z.object({
  /** Path of the child. */
  child: z.string(),
  differences: z.array(ComparedInstance),
  /** More differs than one comparison lists. */
  more: z.boolean(),
  /** Frames that wait in an outbox between the two: while there are any, nothing is repaired. */
  waiting: z.number().int(),
  /** How many repairs were sent. */
  repaired: z.number().int(),
  /** So many differ that were not asked about: they are neither listed nor repaired. */
  outside: z.number().int().default(0),
});
export type ChildDifferences = z.infer<typeof ChildDifferences>;

/** Which instances an operator asks about; those that differ and are no such ones are left alone. */
export const CompareOnly = z.strictObject({
  /** As the cell that compares knows it: of a server that it has as deleted it knows none. */
  projectId: z.string().max(255).optional(),
  /** ms since 1970: it has changed since then on either side. */
  updatedSince: z.number().int().optional(),
  /** False: none that the cell which compares has as deleted. */
  deleted: z.boolean().optional(),
});
export type CompareOnly = z.infer<typeof CompareOnly>;

const One = z.strictObject({ id: z.string().min(1).max(100) });

/** What an operator may do about messages, and about what lost messages left. */
export const messageOperations = {
  /** The newest first; `marker` is the id of the last one of the page before. */
  'parked.list': {
    request: z.strictObject({ limit: z.number().int().min(1).max(1000), marker: z.string().max(100).optional() }),
    result: z.object({ parked: z.array(ParkedMessage) }),
  },
  'parked.show': { request: One, result: ParkedMessage.extend({ payload: z.unknown() }) },
  /** Handles it once more; what cannot be handled now either stays parked, with the new reason. */
  'parked.replay': { request: One, result: z.object({ applied: z.boolean(), reason: z.string().nullable() }) },
  'parked.drop': { request: One, result: z.object({ dropped: z.boolean() }) },
  'queues.list': { request: z.strictObject({}), result: z.object({ queues: z.array(QueueDepth) }) },
  /** Compares with a child what both have, and has what differs told again unless it is only to look. */
  'cell.compare': {
    // What is not wanted is left out: a cell that does not know it takes the rest.
    request: z.strictObject({ child: z.string().max(63), dryRun: z.boolean(), only: CompareOnly.optional() }),
    result: ChildDifferences,
  },
} as const satisfies Record<string, AdminOperation>;
