import type { World } from '../world.js';
import type { Invariant } from './invariant.js';

/** So much later than its deadline, in ms, an answer may come: the clocks of the cells on the way differ. */
const GRACE_MS = 100;

/** A question ends by its deadline, with an answer or an error; only the death of the process that was asked ends it without. */
export const questionsAnswered: Invariant = {
  name: 'every question is answered in time',
  always: ({ users, timeline }: World) =>
    [...users.open]
      .filter(({ deadline, asked }) => asked.isAlive && timeline.now() > deadline + GRACE_MS)
      .map(({ text }) => `nobody answers: ${text}`),
};
