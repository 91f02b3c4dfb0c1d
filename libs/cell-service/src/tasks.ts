import { type Logger, messageOf } from '#domain';

/** Work that has not ended for so long waits for somebody who does not answer. */
const STUCK_MS = 20_000;
/** One failure may be a deadlock, and the next run a second later succeeds. */
const FAILED_OFTEN = 2;

interface Failure {
  readonly reason: string;
  readonly times: number;
}

/** Periodic work: never twice at a time in one process, and a failure is told once until it works again. */
export class Tasks {
  /** Since when, by name. */
  private readonly running = new Map<string, number>();
  private readonly failing = new Map<string, Failure>();
  private stopped = false;

  /** @param now in ms, from any beginning */
  constructor(
    private readonly log: Logger,
    private readonly now: () => number = () => performance.now(),
  ) {}

  async run(name: string, work: () => Promise<unknown>): Promise<void> {
    if (this.stopped || this.running.has(name)) return;
    this.running.set(name, this.now());
    try {
      await work();
      if (this.failing.delete(name)) this.log.info('periodic work goes on', { task: name });
    } catch (error) {
      const reason = messageOf(error);
      const before = this.failing.get(name);
      if (before?.reason !== reason)
        this.log.warn('periodic work failed', { task: name, reason, stack: error instanceof Error ? error.stack : undefined });
      this.failing.set(name, { reason, times: (before?.times ?? 0) + 1 });
    } finally {
      this.running.delete(name);
    }
  }

  /** What keeps it from being done, in words that strangers may read: the log has the reason. */
  ailment(): string | undefined {
    for (const [name, since] of this.running)
      if (this.now() - since > STUCK_MS) return `periodic work '${name}' has not ended for ${Math.round((this.now() - since) / 1000)} s`;
    const often = [...this.failing].find(([, { times }]) => times >= FAILED_OFTEN);
    return often && `periodic work '${often[0]}' fails`;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    while (this.running.size) await new Promise(resolve => setTimeout(resolve, 10));
  }
}
