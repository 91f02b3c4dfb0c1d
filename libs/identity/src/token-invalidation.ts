import type { Clock } from '#domain';

/**
 * When is a revoked token dead everywhere?
 *
 * Any number of processes on any number of machines validate tokens against one database, thousands of times per second, so each
 * keeps an answer in memory for a short while (TokenCache, `tokenCacheSeconds`). A client that revokes a token, deletes a user,
 * changes a password or takes a role away must be able to rely on it when the answer comes: a token accepted by some other process
 * after that is a hole, however short.
 *
 * Telling every process to forget it would need a message that reaches all of them before the answer; a lost message, a partitioned
 * process or a restarted broker would leave the hole open. Instead the change is committed first, and its answer is held back for as
 * long as any process may still believe the old state:
 *
 *   1. A cached answer was read from the database at or after the moment its validation began, and is used for `maxAge` from that
 *      moment at most, measured by the elapsed time of that one process. No clocks of two machines are compared.
 *   2. So an answer that was read before the commit at time c began before c and is used by no request that arrives after
 *      c + maxAge. One that was read after the commit refuses the token.
 *   3. The change is answered after c + maxAge. Hence: no request that arrives anywhere after the answer is let in.
 *
 * A request that arrived before the answer and still runs may complete: it is concurrent with the revocation. MARGIN_MS covers
 * timers that fire early and the drift of two machines' oscillators over half a second. A database cluster must read its own writes
 * (Galera: wsrep_sync_wait = 1 for this schema, or one node for Identity), since point 2 needs reads after the commit to see it.
 *
 * What is read at each validation, and so dies by itself: the user and the project exist and are enabled, and the roles. What must
 * not come back to life (a user who is enabled again, a role that is given back) is fenced by counters: the user's `token_generation`
 * and the grant's fence are stored in the token when it is issued, and must still be the same. Counters rather than "issued before T",
 * because the issuing machine's clock may be ahead of the revoking one's.
 */
export class TokenInvalidation {
  constructor(
    private readonly clock: Clock,
    private readonly maxAgeMs: number,
  ) {}

  /** To be awaited between the commit of a change that kills tokens and its answer. */
  async settled(): Promise<void> {
    await this.clock.sleep(this.maxAgeMs + MARGIN_MS);
  }
}

const MARGIN_MS = 20;
