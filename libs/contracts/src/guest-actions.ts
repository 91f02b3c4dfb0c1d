import { z } from 'zod';

/** What a host is to do with a guest that it has: the name of the action in the domain's table, and what it needs to know. */
export const GuestAction = z.discriminatedUnion('name', [
  z.object({
    name: z.enum(['stop', 'start', 'rebootSoft', 'rebootHard', 'pause', 'unpause', 'suspend', 'resume', 'crashDump']),
  }),
  z.object({ name: z.literal('setPassword'), password: z.string() }),
]);
export type GuestAction = z.infer<typeof GuestAction>;
