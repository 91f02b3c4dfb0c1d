import type { GuestAction } from '#contracts';
import type { Layout } from './tree.js';
import type { Weather } from './weather.js';

/** An action that needs nothing but its name. */
export type PlainAction = Exclude<GuestAction, { password: string }>['name'];

/** One thing that a user or an operator does, or that breaks. Servers are named by their number in the plan. */
export type Deed =
  | {
      readonly does: 'create';
      readonly servers: readonly number[];
      readonly flavor: string;
      readonly zone: string | null;
      readonly unlucky: boolean;
    }
  | { readonly does: 'delete'; readonly server: number }
  | { readonly does: 'power'; readonly server: number; readonly action: PlainAction }
  | { readonly does: 'read console'; readonly server: number }
  | { readonly does: 'disable host'; readonly host: string; readonly seconds: number }
  | { readonly does: 'disable cell'; readonly cell: string; readonly seconds: number }
  | { readonly does: 'cut link'; readonly link: string; readonly seconds: number }
  | { readonly does: 'kill process'; readonly cell: string; readonly index: number; readonly seconds: number }
  | { readonly does: 'kill agent'; readonly host: string; readonly seconds: number }
  | { readonly does: 'stop guest'; readonly host: string; readonly index: number }
  | { readonly does: 'set clock'; readonly machine: string; readonly milliseconds: number };

/** A deed at its time, in ms after the world's beginning. */
export type Act = { readonly at: number } & Deed;

/**
 * Everything that happens in one world, drawn before it begins: the same plan is the same story, and a plan that is cut down is a
 * shorter one. What is left to chance beneath it (how long a message takes, which of them is lost) hangs on the seed.
 */
export interface Plan {
  readonly seed: number;
  readonly layout: Layout;
  readonly weather: Weather;
  /** So long it goes on; then all is mended. */
  readonly seconds: number;
  readonly acts: readonly Act[];
}

export type DeedOf<D extends Deed['does']> = Extract<Deed, { readonly does: D }>;

/** For people: what happens, without the time. */
export const tellDeed = (deed: Deed): string => {
  const { does, ...what } = deed;
  const words = Object.entries(what).filter(([key, value]) => key !== 'at' && value !== null && value !== false);
  return `${does}: ${words.map(([key, value]) => `${key} ${Array.isArray(value) ? value.join('+') : value}`).join(', ')}`;
};
