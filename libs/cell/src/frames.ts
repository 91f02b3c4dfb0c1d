import type { Envelope, Frame } from '#contracts';
import type { StoredFrame } from './store.js';
import type { Outgoing } from './unit-of-work.js';

/** A frame is one AMQP message: beyond this many envelopes a second one is made. */
const FRAME_LIMIT = 200;

/** One frame for each destination: what one transaction says to a neighbour travels together, and is handled together. */
export const framesOf = (outgoing: readonly Outgoing[], newId: () => string): StoredFrame[] => {
  const byDestination = new Map<string, Envelope[]>();
  for (const { destination, envelope } of outgoing) {
    const key = destination.to === 'parent' ? 'parent' : `${destination.to}/${destination.name}`;
    const envelopes = byDestination.get(key);
    if (envelopes) envelopes.push(envelope);
    else byDestination.set(key, [envelope]);
  }
  return [...byDestination].flatMap(([destination, envelopes]) => chunks(envelopes).map(part => storedFrame(newId(), destination, part)));
};

const storedFrame = (id: string, destination: string, envelopes: Envelope[]): StoredFrame => {
  const frame: Frame = { id, envelopes };
  return { id, destination, body: JSON.stringify(frame) };
};

const chunks = <T>(items: T[]): T[][] => {
  const parts: T[][] = [];
  for (let at = 0; at < items.length; at += FRAME_LIMIT) parts.push(items.slice(at, at + FRAME_LIMIT));
  return parts;
};
