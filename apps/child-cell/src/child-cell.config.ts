import { z } from 'zod';
import { cellScheduler, ownBroker } from '#cell-service';
import { cellPath, parentOf } from '#domain';
import { brokerEndpoint, databaseFields, LOG_LEVELS, metricsSettings } from '#service-runtime';

const path = z.string().transform((text, ctx) => {
  try {
    return cellPath(text);
  } catch (error) {
    ctx.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
});

export const childCellConfig = z.strictObject({
  /** The path from the root: `api!west`. */
  cell: path.refine(text => parentOf(text) !== undefined, 'a child cell has a path of two names or more, as in api!west'),
  log: z.strictObject({ level: z.enum(LOG_LEVELS).default('info') }).prefault({}),
  /** What the process tells of itself: docs/operations/monitoring.md. Off unless it is there. */
  metrics: metricsSettings.optional(),
  /** The cell's own database. */
  database: z.strictObject({
    ...databaseFields,
    /** Connections at most. */
    poolSize: z.number().int().min(2).max(200).default(8),
  }),
  /** The cell's own broker. */
  broker: ownBroker,
  /** The parent's, with an account that may only take what is sent to this cell and publish upwards. */
  parent: z.strictObject({ broker: brokerEndpoint }),
  /** Cells below this one that are there from the first start on; others join while it runs. */
  children: z.array(z.strictObject({ name: z.string().min(1).max(63) })).default([]),
  /** The cell's own listener for operators: see docs/operations/steering.md. Without it the cell is steered from above only. */
  admin: z
    .strictObject({
      host: z.string().min(1).default('127.0.0.1'),
      port: z.number().int().min(0).max(65535),
      /** SHA-256, in hex, of the token that operators send: `openssl rand -hex 32` makes one, `sha256sum` hashes it. */
      tokenHash: z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hex'),
    })
    .optional(),
  /** How long a shelved server stays on its host, in seconds: 0 not at all, -1 until it is ordered away. Nova's shelved_offload_time. */
  shelvedOffloadSeconds: z.number().int().min(-1).default(0),
  /** How servers move among the cell's hosts. */
  moves: z
    .strictObject({
      /** A server may be resized where it is. Nova's allow_resize_to_same_host. */
      allowResizeToSameHost: z.boolean().default(false),
      /** What its user has not confirmed by then is confirmed for him; 0: never. Nova's resize_confirm_window. */
      confirmSeconds: z.number().int().nonnegative().default(0),
    })
    .prefault({}),
  /** By what the cell chooses among its hosts and its children: docs/operations/steering.md. */
  scheduler: cellScheduler,
  /** Seconds, over the defaults. */
  timings: z
    .strictObject({
      hostSilent: z.number().positive(),
      childSilent: z.number().positive(),
      build: z.number().positive(),
      command: z.number().positive(),
      destroy: z.number().positive(),
    })
    .partial()
    .default({}),
});
export type ChildCellConfig = z.infer<typeof childCellConfig>;
