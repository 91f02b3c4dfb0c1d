import type { z } from 'zod';

/** What an operator may ask of one cell: see `cell.admin`. Every operation may run twice; the second run finds its work done. */
export interface AdminOperation {
  readonly request: z.ZodType;
  readonly result: z.ZodType;
}
