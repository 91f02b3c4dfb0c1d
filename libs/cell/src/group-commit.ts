import { type Clock, CloudError, gatheringPause } from '#domain';
import { together } from './needs.js';
import type { CellStore, Wanted } from './store.js';
import type { UnitOfWork } from './unit-of-work.js';

interface Submitted {
  readonly wanted: Wanted;
  readonly work: (tx: UnitOfWork) => unknown;
  readonly resolve: (result: never) => void;
  readonly reject: (error: unknown) => void;
}

const LIMIT = 100;
/** Requests that wait longer than this many before them are refused: an answer would come after its client has left. */
const MAX_WAITING = 5000;

/**
 * Gathers what concurrent requests want to do, and does it in one transaction: what comes while one commits goes into the next.
 * A piece of work that throws takes only its own writes back; the others are committed.
 */
export class GroupCommit {
  private waiting: Submitted[] = [];
  private running = false;

  constructor(
    private readonly store: CellStore,
    private readonly clock: Clock,
  ) {}

  /** Resolves when the work is durable. @throws what it throws; CloudError `unavailable` when the database does not answer. */
  submit<T>(wanted: Wanted, work: (tx: UnitOfWork) => T): Promise<T> {
    if (this.waiting.length >= MAX_WAITING) return Promise.reject(new CloudError('unavailable', 'too many requests are waiting'));
    return new Promise<T>((resolve, reject) => {
      this.waiting.push({ wanted, work, resolve, reject });
      if (!this.running) void this.run();
    });
  }

  private async run(): Promise<void> {
    this.running = true;
    while (this.waiting.length) {
      const group = this.waiting.splice(0, LIMIT);
      const began = this.clock.now();
      await this.commit(group);
      const pause = gatheringPause(group.length, this.clock.now() - began);
      if (pause > 0 && this.waiting.length < LIMIT) await this.clock.sleep(pause);
    }
    this.running = false;
  }

  private async commit(group: readonly Submitted[]): Promise<void> {
    try {
      const results = await this.store.transact(together(group.map(one => one.wanted)), ({ work: tx }) =>
        group.map(one => outcome(tx, one)),
      );
      for (const [index, one] of group.entries()) {
        const result = results[index]!;
        if ('error' in result) one.reject(result.error);
        else one.resolve(result.value as never);
      }
    } catch (error) {
      await this.failed(group, error);
    }
  }

  /** The database refused the whole because of one: each is tried by itself, so that only that one fails. */
  private async failed(group: readonly Submitted[], error: unknown): Promise<void> {
    if (group.length === 1 || error instanceof CloudError) for (const one of group) one.reject(error);
    else for (const one of group) await this.commit([one]);
  }
}

const outcome = (tx: UnitOfWork, one: Submitted): { value: unknown } | { error: unknown } => {
  try {
    return { value: tx.attempt(() => one.work(tx)) };
  } catch (error) {
    return { error };
  }
};
