import type { CellTimings, MoveSettings } from '#cell';

/** Seconds, shorter than in production, so that a world lives through many of them. */
export const TIMINGS: CellTimings = { hostSilent: 16, childSilent: 16, build: 20, command: 15, destroy: 5, compare: 10, settle: 12 };

/** In some worlds a server may be resized where it is, and what nobody confirms is confirmed after a while. */
export const moveSettings = (seed: number): MoveSettings => ({
  allowResizeToSameHost: seed % 2 === 1,
  confirmSeconds: seed % 3 === 0 ? 20 : 0,
});
