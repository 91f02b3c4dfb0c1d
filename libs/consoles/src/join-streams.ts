import type { Duplex } from 'node:stream';

/** What was sent before the end gets so long to arrive. */
const LINGER_MS = 2000;

/** Carries bytes both ways, each as fast as the slower of the two, until one ends; then ends the other. */
export const joinStreams = (one: Duplex, other: Duplex): void => {
  carry(one, other);
  carry(other, one);
};

const carry = (from: Duplex, to: Duplex): void => {
  from.pipe(to);
  // A connection that breaks is one that ended.
  from.on('error', () => from.destroy());
  from.once('close', () => {
    if (to.destroyed) return;
    to.end();
    const timer = setTimeout(() => to.destroy(), LINGER_MS);
    to.once('close', () => clearTimeout(timer));
  });
};
