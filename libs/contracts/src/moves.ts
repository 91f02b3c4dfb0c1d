import { z } from 'zod';
import { BuildSpec, ImageSource, Move, Uuid } from './shapes.js';

/** How an instance is made anew of its image when its host is down. */
export const Evacuation = z.object({
  /** The image that it was made of, with a link that is good now; null when it was made of none. */
  image: ImageSource.nullable(),
  /** Of the new guest's administrator. */
  adminPassword: z.string().nullable(),
  /** It is off afterwards, whatever it was. */
  staysOff: z.boolean(),
});
export type Evacuation = z.infer<typeof Evacuation>;

/** What a user wants of a move: to begin one, or to end one that waits for that. */
export const MoveOrder = z.discriminatedUnion('name', [
  z.object({
    name: z.literal('begin'),
    move: Move,
    /** The only host that will do; null: any but its own. */
    host: z.string().nullable(),
    /** Why a cell on the way does not allow it: the cell that has the instance says so, and begins nothing. */
    refusal: z.string().nullable().default(null),
    /** Of an evacuation, which is a move from a host that is down. */
    evacuation: Evacuation.optional(),
  }),
  z.object({ name: z.literal('confirm') }),
  z.object({ name: z.literal('revert') }),
  /** Of the live migration that is under way: the guest stays where it is, or is held still until it is over. */
  z.object({ name: z.enum(['abortLive', 'completeLive']), move: Uuid }),
]);
export type MoveOrder = z.infer<typeof MoveOrder>;

/** What a host has put aside of a guest, and where another may fetch it for a while: whoever has the link may read that one file. */
export const GuestOffer = z.object({
  files: z.array(
    z.object({
      name: z.string(),
      bytes: z.number().int().nonnegative(),
      /** The image that the guest was made of: a host that has it need not fetch it. */
      isImage: z.boolean().default(false),
      /** Null from a host that has no door for others. */
      url: z.string().nullable().default(null),
    }),
  ),
  /** Where a guest is to be sent that moves while it runs. */
  address: z.string().optional(),
});
export type GuestOffer = z.infer<typeof GuestOffer>;

/** What a host is to do for a move of a guest. */
export const GuestMove = z.discriminatedUnion('name', [
  /** Turn it off, and keep its files as they are until it is brought back or forgotten. */
  z.object({ name: z.literal('setAside') }),
  /** Make it anew from what another host, or this one, has put aside. */
  z.object({ name: z.literal('receive'), spec: BuildSpec, offer: GuestOffer.nullable(), running: z.boolean() }),
  /** Bring back what was put aside, in place of what is here now. */
  z.object({ name: z.literal('restore'), running: z.boolean() }),
  /** Throw away what was put aside. */
  z.object({ name: z.literal('forget') }),
  /** Make ready for a guest that comes while it runs; answered with where its host is to send it. */
  z.object({ name: z.literal('expect'), spec: BuildSpec }),
  /** Send it while it runs. An error says that it is still here, success that it is not: from then on it is the other host's. */
  z.object({ name: z.literal('send'), to: z.string() }),
  /** It has come: it is this host's, and goes on as it was. */
  z.object({ name: z.literal('arrive'), spec: BuildSpec, paused: z.boolean() }),
  /**
   * It is not sent after all, whatever was begun. `notFound` says that it was. `paused`: whether its user has paused it; one that was held
   * still on the way goes on otherwise. What cells of earlier releases do not say leaves it as it is.
   */
  z.object({ name: z.literal('stay'), paused: z.boolean().default(true) }),
  /** While it is being sent: stop that, or hold the guest still so that it ends. Done beside whatever else is done with the guest. */
  z.object({ name: z.literal('steer'), how: z.enum(['abort', 'complete']) }),
]);
export type GuestMove = z.infer<typeof GuestMove>;
