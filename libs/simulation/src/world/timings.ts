import type { CellTimings } from '#cell';

/** Seconds, shorter than in production, so that a world lives through many of them. */
export const TIMINGS: CellTimings = { hostSilent: 16, childSilent: 16, build: 20, command: 15, destroy: 5, compare: 10, settle: 12 };
