import { type Logger, messageOf } from '#domain';

/** Periodic work: never twice at a time in one process, and a failure is told once until it works again. */
export class Tasks {
  private readonly running = new Set<string>();
  private readonly failing = new Map<string, string>();
  private stopped = false;

  constructor(private readonly log: Logger) {}

  async run(name: string, work: () => Promise<unknown>): Promise<void> {
    if (this.stopped || this.running.has(name)) return;
    this.running.add(name);
    try {
      await work();
      if (this.failing.delete(name)) this.log.info('periodic work goes on', { task: name });
    } catch (error) {
      const reason = messageOf(error);
      if (this.failing.get(name) !== reason)
        this.log.warn('periodic work failed', { task: name, reason, stack: error instanceof Error ? error.stack : undefined });
      this.failing.set(name, reason);
    } finally {
      this.running.delete(name);
    }
  }

  async stop(): Promise<void> {
    this.stopped = true;
    while (this.running.size) await new Promise(resolve => setTimeout(resolve, 10));
  }
}
