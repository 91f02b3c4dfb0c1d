import { z } from 'zod';
import { Uuid } from './shapes.js';

/** Ranges of one question, and rows of one answer, at most: an answer stays below 100 kB. */
export const MAX_RANGES = 64;
export const MAX_LISTED_ROWS = 1000;

/** The instances whose uuid begins so; all of them when it is empty. */
const Range = z.string().regex(/^[0-9a-f-]{0,36}$/, 'not the beginning of a uuid');

export const InstanceRanges = z.object({
  /** Of one length: each is answered by the digests of the ranges that are one character longer. */
  digests: z.array(Range).max(MAX_RANGES),
  /** These are answered row by row. */
  rows: z.array(Range).max(MAX_RANGES),
});
export type InstanceRanges = z.infer<typeof InstanceRanges>;

export const RangeDigest = z.object({
  range: Range,
  count: z.number().int().positive(),
  /** 64 bits in hex: the exclusive or of the digests of its rows. */
  digest: z.string().regex(/^[0-9a-f]{16}$/),
});
export type RangeDigest = z.infer<typeof RangeDigest>;

export const ListedInstance = z.object({
  instanceUuid: Uuid,
  epoch: z.number().int(),
  generation: z.number().int(),
  taskState: z.string().nullable(),
  /** False: it has just changed, and what tells of it may be on its way. */
  settled: z.boolean(),
  /** ms since 1970; null from a cell that does not say. */
  updatedAt: z.number().int().nullable().default(null),
});
export type ListedInstance = z.infer<typeof ListedInstance>;

export const InstanceDigests = z.object({
  digests: z.array(RangeDigest),
  rows: z.array(ListedInstance),
  /** Frames for the parent that wait in the child's outbox: what they tell is no difference. */
  waiting: z.number().int().nonnegative(),
});
export type InstanceDigests = z.infer<typeof InstanceDigests>;
