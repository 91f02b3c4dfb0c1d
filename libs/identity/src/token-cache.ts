import { performance } from 'node:perf_hooks';
import type { TokenIdentity } from './identity-service.js';

export interface TokenCacheOptions {
  readonly maxAgeMs: number;
  readonly maxEntries?: number;
  /** Elapsed milliseconds, not the wall clock: a step of NTP must not keep a revoked token alive. */
  readonly elapsed?: () => number;
}

interface Entry {
  /** When its validation began, which is when its answer may have been true for the last time. */
  readonly begunAt: number;
  readonly identity: Promise<TokenIdentity>;
}

/**
 * Answers of token validation, each good for `maxAgeMs` from the moment its validation **began**; see token-invalidation.ts for what
 * relies on that. Callers that ask while a validation runs share it. Refusals are not kept.
 */
export class TokenCache {
  private readonly entries = new Map<string, Entry>();
  private readonly elapsed: () => number;
  private readonly maxAgeMs: number;
  private readonly maxEntries: number;

  constructor({ maxAgeMs, maxEntries = 10_000, elapsed = () => performance.now() }: TokenCacheOptions) {
    this.maxAgeMs = maxAgeMs;
    this.maxEntries = maxEntries;
    this.elapsed = elapsed;
  }

  get(token: string, validate: () => Promise<TokenIdentity>): Promise<TokenIdentity> {
    const now = this.elapsed();
    const entry = this.entries.get(token);
    if (entry && now - entry.begunAt < this.maxAgeMs) return entry.identity;
    return this.renew(token, { begunAt: now, identity: validate() });
  }

  private renew(token: string, entry: Entry): Promise<TokenIdentity> {
    // Deleted first, so that the map stays in the order of begunAt and its head is the oldest.
    this.entries.delete(token);
    this.dropOld(entry.begunAt);
    this.entries.set(token, entry);
    entry.identity.catch(() => {
      if (this.entries.get(token) === entry) this.entries.delete(token);
    });
    return entry.identity;
  }

  private dropOld(now: number): void {
    for (const [token, entry] of this.entries) {
      if (now - entry.begunAt < this.maxAgeMs && this.entries.size < this.maxEntries) return;
      this.entries.delete(token);
    }
  }
}
