import { z } from 'zod';

/* What the bench and its two processes tell each other. */

const Layout = z.object({
  shape: z.enum(['tree', 'flat']),
  leaves: z.number(),
  hostsPerLeaf: z.number(),
  children: z.array(z.object({ name: z.string(), leaves: z.array(z.string()) })),
});

export const Start = z.object({ database: z.string(), broker: z.string(), layout: Layout });
export type Start = z.infer<typeof Start>;

export const Ask = z.discriminatedUnion('what', [
  z.object({ what: z.literal('usage') }),
  /** Children of which the root has a report that is not older than so many ms. */
  z.object({ what: z.literal('reported'), withinMs: z.number() }),
  z.object({ what: z.literal('place'), perSecond: z.number(), seconds: z.number(), profile: z.boolean() }),
  z.object({ what: z.literal('hostDown'), host: z.string(), timeoutMs: z.number() }),
  /** How often each child reports from now on; null: on change, and every five seconds. */
  z.object({ what: z.literal('reportEvery'), ms: z.number().nullable() }),
  z.object({ what: z.literal('loseHost') }),
]);
export type Ask = z.infer<typeof Ask>;

export interface Usage {
  readonly cpuMs: number;
  readonly rssMb: number;
  /** Frames: sent to the root, of the cells' process; handled, of the root's. */
  readonly frames: number;
}

export interface Placed {
  /** How long each took, from the order until it was durable. */
  readonly ms: readonly number[];
  /** Of these, what each transaction took to decide; and what the least commit takes on this disk. */
  readonly decisionMs: readonly number[];
  readonly commitMs: readonly number[];
  readonly refused: number;
}
