import { z } from 'zod';

/** What the generator is to send: equal requests, so many of them in flight at a time. */
export const Job = z.object({
  port: z.number(),
  method: z.enum(['GET', 'POST', 'DELETE']),
  /** Taken in turn, from the first again after the last. */
  paths: z.array(z.string()).min(1),
  /** JSON; `%N%` in it becomes the number of the request, from 0. */
  body: z.string().optional(),
  headers: z.record(z.string(), z.string()),
  concurrency: z.number().int().positive(),
  /** Ends after so many requests or so many seconds, whichever comes first. */
  requests: z.number().int().positive().optional(),
  seconds: z.number().positive(),
});
export type Job = z.infer<typeof Job>;

export const JobResult = z.object({
  /** Answered with 2xx. */
  succeeded: z.number(),
  /** From the first request to the last answer. */
  seconds: z.number(),
  latencyMs: z.object({ p50: z.number(), p90: z.number(), p99: z.number(), max: z.number() }),
  bytes: z.number(),
  /** How many, by what happened: `503`, `ECONNRESET`, … */
  errors: z.record(z.string(), z.number()),
  /** What the first of them said. */
  errorSample: z.string().optional(),
  /** Processor time of the generator itself. */
  cpuMs: z.number(),
});
export type JobResult = z.infer<typeof JobResult>;
