/**
 * Whether so many ms have passed since a time in ms since 1970. A clock that was set back does not know how long ago it was: then they
 * count as passed, for what is done once too often harms less than what is not done for as long as the clock was ahead.
 */
export const hasPassed = (ms: number, since: number, now: number): boolean => now < since || now - since >= ms;
