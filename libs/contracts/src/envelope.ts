import { z } from 'zod';

/** The newest protocol this build speaks between cells and with computes; it also understands the one before it. */
export const PROTOCOL_VERSION = 1;
export const OLDEST_PROTOCOL = 1;

/** The versions that a cell understands, both included. */
export const ProtocolRange = z.object({ oldest: z.number().int(), newest: z.number().int() });
export type ProtocolRange = z.infer<typeof ProtocolRange>;

export const OUR_PROTOCOL: ProtocolRange = { oldest: OLDEST_PROTOCOL, newest: PROTOCOL_VERSION };

/** The newest version that both understand; undefined when there is none. */
export const commonProtocol = (a: ProtocolRange, b: ProtocolRange): number | undefined => {
  const newest = Math.min(a.newest, b.newest);
  return newest >= Math.max(a.oldest, b.oldest) ? newest : undefined;
};

/** Why two neighbours do not understand each other, for an operator; undefined when they do. @param here what speaks `ours` */
export const protocolMismatch = (ours: ProtocolRange, name: string, theirs: ProtocolRange, here = 'this cell'): string | undefined => {
  if (commonProtocol(ours, theirs) !== undefined) return undefined;
  const text = ({ oldest, newest }: ProtocolRange) => (oldest === newest ? `${oldest}` : `${oldest} to ${newest}`);
  const late = theirs.newest < ours.oldest ? name : here;
  return `${name} speaks protocol ${text(theirs)}, ${here} ${text(ours)}: ${late} is to be upgraded`;
};

/** What its sender understands: as it says, or the version that the message is of. */
export const spokenBy = ({ protocol, speaks }: Pick<Envelope, 'protocol' | 'speaks'>): ProtocolRange =>
  speaks ?? { oldest: protocol, newest: protocol };

/** A message may pass this many cells; one more is answered with an error. So no cell lies deeper than this below the root. */
export const MAX_HOPS = 10;

/**
 * What every message carries, whatever its method.
 * `deadline` is absolute (ms since 1970): no hop may extend it, each waits at most for what is left.
 */
export const Envelope = z.object({
  id: z.string().min(1).max(100),
  method: z.string().min(1).max(100),
  protocol: z.number().int(),
  /** What the sender understands: whoever answers it speaks the newest version that both do. */
  speaks: ProtocolRange.optional(),
  /** Cell path of the sender; a compute sends as `<cell path>@<host>`. */
  source: z.string(),
  /** Cell path, or `<cell path>@<host>`. */
  target: z.string(),
  hops: z.number().int().nonnegative(),
  deadline: z.number().int(),
  requestId: z.string(),
  /** Of a query: where the answer goes (a reply key at the sender's broker). Of an answer: the id of the query. */
  replyKey: z.string().optional(),
  inReplyTo: z.string().optional(),
  payload: z.unknown(),
});
export type Envelope = z.infer<typeof Envelope>;

/**
 * What travels in one AMQP message: the envelopes that one transaction wrote for one destination. The id is that of the outbox
 * row, so a frame that is delivered again is the same frame, and the inbox drops it whole.
 */
export const Frame = z.object({ id: z.string().min(1).max(100), envelopes: z.array(Envelope).min(1) });
export type Frame = z.infer<typeof Frame>;

/** The answer to a query: a result, or the error in a form that crosses processes. */
export const Answer = z.union([
  z.object({ ok: z.literal(true), result: z.unknown() }),
  z.object({ ok: z.literal(false), kind: z.string(), message: z.string() }),
]);
export type Answer = z.infer<typeof Answer>;
