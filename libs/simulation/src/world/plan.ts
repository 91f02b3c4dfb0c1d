import { z } from 'zod';
import { type GuestActionName, guestActions } from '#domain';
import { Layout } from './tree.js';
import { Weather } from './weather.js';

const server = z.int().positive();
const servers = z.array(server).nonempty().readonly();
const seconds = z.number().positive();
const name = z.string().min(1);
const count = z.int().nonnegative();
const Action = z.enum(Object.keys(guestActions) as [GuestActionName, ...GuestActionName[]]);

const deed = <D extends string, S extends z.ZodRawShape>(does: D, shape: S) => z.strictObject({ does: z.literal(does), ...shape });

const DEEDS = [
  deed('create', { servers, flavor: name, zone: name.nullable(), unlucky: z.boolean() }),
  deed('delete', { server }),
  deed('power', { server, action: Action }),
  deed('lock', { server }),
  deed('unlock', { server }),
  /** By an administrator. */
  deed('reset state', { server, state: z.enum(['active', 'error']) }),
  /** A flavor is resized to, none is a cold migration. */
  deed('move', { server, flavor: name.nullable() }),
  /** By an operator: anywhere, if the host of the server is down. */
  deed('evacuate', { server }),
  /** All that is on it. */
  deed('evacuate host', { host: name }),
  deed('migrate live', { server }),
  deed('steer migration', { server, action: z.enum(['abortLive', 'completeLive']) }),
  deed('end move', { server, action: z.enum(['confirm', 'revert']) }),
  deed('read console', { server }),
  /** At the top, or `locally`: in the cell that has it. */
  deed('disable host', { host: name, seconds, locally: z.boolean().optional() }),
  deed('force host down', { host: name, seconds }),
  deed('disable cell', { cell: name, seconds }),
  deed('drain cell', { cell: name, percent: z.int().min(1).max(100), seconds }),
  /** Null lifts it. What is there already stays. */
  deed('limit cell', { cell: name, instances: count.nullable(), cores: count.nullable(), ramMb: count.nullable().optional() }),
  deed('cut link', { link: name, seconds }),
  deed('kill process', { cell: name, index: count, seconds }),
  deed('kill agent', { host: name, seconds }),
  deed('stop guest', { host: name, index: count }),
  deed('set clock', { machine: name, milliseconds: z.int() }),
] as const;

/** One thing that a user or an operator does, or that breaks. Servers are named by their number in the plan. */
export type Deed = z.infer<(typeof DEEDS)[number]>;

/** A deed at its time, in ms after the world's beginning. */
export type Act = { readonly at: number } & Deed;

const at = z.number().nonnegative();
const Act = z.discriminatedUnion('does', [DEEDS[0].extend({ at }), ...DEEDS.slice(1).map(one => one.extend({ at }))]) as z.ZodType<Act>;

/**
 * Everything that happens in one world, drawn before it begins: the same plan is the same story, and a plan that is cut down is a
 * shorter one. What is left to chance beneath it (how long a message takes, which of them is lost) hangs on the seed.
 */
export const Plan = z.strictObject({
  seed: count,
  layout: Layout,
  weather: Weather,
  /** So long it goes on; then all is mended. */
  seconds: z.number().nonnegative(),
  acts: z.array(Act).readonly(),
});
export type Plan = Readonly<z.infer<typeof Plan>>;

export type DeedOf<D extends Deed['does']> = Extract<Deed, { readonly does: D }>;

/** For people: what happens, without the time. */
export const tellDeed = (deed: Deed): string => {
  const { does, ...what } = deed;
  const words = Object.entries(what).filter(([key, value]) => key !== 'at' && value !== null && value !== false);
  return `${does}: ${words.map(([key, value]) => `${key} ${Array.isArray(value) ? value.join('+') : value}`).join(', ')}`;
};
