import type { Clock } from '#domain';

/**
 * Keeps what was read for a moment, so that a burst of creates does not read the same flavor a thousand times. What is not found is
 * not kept, and two who ask at once share one read.
 */
export class TimeCache<T> {
  private entries = new Map<string, { readonly until: number; readonly value: Promise<T | undefined> }>();

  constructor(
    private readonly clock: Clock,
    private readonly options: { readonly ttlMs: number; readonly maxEntries: number },
  ) {}

  get(key: string, read: () => Promise<T | undefined>): Promise<T | undefined> {
    const now = this.clock.now();
    const kept = this.entries.get(key);
    if (kept && kept.until > now) return kept.value;
    if (this.entries.size >= this.options.maxEntries) this.entries.clear();
    const value = read();
    const entry = { until: now + this.options.ttlMs, value };
    this.entries.set(key, entry);
    const forget = () => {
      if (this.entries.get(key) === entry) this.entries.delete(key);
    };
    value.then(found => {
      if (found === undefined) forget();
    }, forget);
    return value;
  }

  clear(): void {
    this.entries = new Map();
  }
}
