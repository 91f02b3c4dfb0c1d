import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '#domain';
import { until } from '#testing';
import type { Stack } from '../../tools/stack/stack.js';

const LOOK_MS = 300;

/**
 * Starts again what has died, as an operator's supervisor does: what was killed when its time is over, and what died by itself at
 * once. A start that fails (its database is away, too) is tried again.
 */
export class Watch {
  /** Services that ended without having been killed, with what their log says. */
  readonly diedAlone: string[] = [];
  private readonly down = new Set<string>();
  private readonly starting = new Map<string, Promise<void>>();
  private running: Promise<void> | undefined;
  private stopped = false;

  constructor(
    private readonly stack: Stack,
    private readonly say: (line: string) => void,
  ) {}

  start(): void {
    this.running = this.look();
  }

  keepDown(name: string): void {
    this.down.add(name);
  }

  bringBack(name: string): void {
    if (this.down.delete(name)) this.launch(name);
  }

  /** @throws Error naming what does not come back. */
  async allUp(timeoutMs: number): Promise<void> {
    await until(() => this.starting.size === 0 && this.stack.down().length === 0, {
      timeoutMs,
      everyMs: LOOK_MS,
      what: 'every service being up again',
    }).catch(() => {
      throw new Error(`not up after ${timeoutMs / 1000} s: ${this.stack.down().join(', ') || [...this.starting.keys()].join(', ')}`);
    });
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
    await Promise.all(this.starting.values());
  }

  private async look(): Promise<void> {
    while (!this.stopped) {
      for (const name of this.stack.down()) {
        if (this.down.has(name) || this.starting.has(name)) continue;
        this.diedAlone.push(name);
        this.say(`          ${name} has ended by itself: it is started again`);
        this.launch(name);
      }
      await sleep(LOOK_MS);
    }
  }

  private launch(name: string): void {
    if (this.starting.has(name)) return;
    this.starting.set(
      name,
      this.untilStarted(name).finally(() => this.starting.delete(name)),
    );
  }

  private async untilStarted(name: string): Promise<void> {
    let said = '';
    while (!this.stopped && !this.down.has(name)) {
      try {
        await this.stack.restart(name);
        return;
      } catch (error) {
        const why = messageOf(error).slice(0, 300);
        if (why !== said) this.say(`          ${name} does not start yet: ${why}`);
        said = why;
        await sleep(1000);
      }
    }
  }
}
