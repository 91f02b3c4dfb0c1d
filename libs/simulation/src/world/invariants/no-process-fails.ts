import type { Invariant } from './invariant.js';

/** A process may find the database away, and try again; any other error is a bug. Its processes accuse themselves. */
export const noProcessFails: Invariant = { name: 'no process fails but for want of its database' };
