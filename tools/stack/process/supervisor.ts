import { messageOf } from '#domain';
import type { Stack } from '../stack.js';

export interface SupervisorEvent {
  readonly service: string;
  readonly what: 'died' | 'restarted' | 'failed';
  readonly reason?: string;
}

const LOOK_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;
/** One that has lived so long starts again with the shortest pause. */
const HEALTHY_MS = 60_000;

interface Trouble {
  readonly failures: number;
  readonly notBefore: number;
  readonly at: number;
}

/** Restarts services that have died, each after a pause that doubles from one second to thirty while it keeps dying. */
export class Supervisor {
  private readonly troubles = new Map<string, Trouble>();
  private readonly restarting = new Map<string, Promise<void>>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly stack: Stack,
    private readonly listener: (event: SupervisorEvent) => void,
  ) {}

  start(): void {
    this.timer = setInterval(() => this.look(), LOOK_MS);
  }

  /** Restarts nothing more, and ends when no restart is under way: then everything may be stopped. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.restarting.values());
  }

  private look(): void {
    for (const name of this.stack.down()) {
      if (this.restarting.has(name)) continue;
      const trouble = this.troubles.get(name);
      if (!trouble || trouble.notBefore === 0) this.noteDeath(name, trouble);
      else if (performance.now() >= trouble.notBefore) this.restarting.set(name, this.restart(name, trouble));
    }
  }

  private noteDeath(name: string, before: Trouble | undefined): void {
    const now = performance.now();
    const failures = before && now - before.at < HEALTHY_MS ? before.failures + 1 : 1;
    const pause = Math.min(1000 * 2 ** (failures - 1), LONGEST_PAUSE_MS);
    this.troubles.set(name, { failures, notBefore: now + pause, at: now });
    this.listener({ service: name, what: 'died', reason: `starting it again in ${Math.round(pause / 1000)} s` });
  }

  private async restart(name: string, trouble: Trouble): Promise<void> {
    try {
      await this.stack.restart(name);
      this.listener({ service: name, what: 'restarted' });
    } catch (error) {
      this.listener({ service: name, what: 'failed', reason: messageOf(error) });
    }
    this.troubles.set(name, { ...trouble, notBefore: 0, at: performance.now() });
    this.restarting.delete(name);
  }
}
