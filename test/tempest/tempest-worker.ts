import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import { CloudError } from '#domain';

const Told = z.discriminatedUnion('event', [
  z.object({ event: z.literal('ready'), classes: z.record(z.string(), z.array(z.string())) }),
  z.object({
    event: z.literal('verdict'),
    test: z.string(),
    verdict: z.enum(['passed', 'failed', 'skipped']),
    seconds: z.number(),
    reason: z.string(),
  }),
  z.object({ event: z.literal('end'), class: z.string() }),
]);
export type Told = z.infer<typeof Told>;

export interface WorkerPlace {
  /** Where tempest.conf and the logs are. */
  readonly directory: string;
  readonly sources: string;
  readonly number: number;
  /** Ends it at once. */
  readonly interrupted: AbortSignal;
}

const TESTS = 'tempest/api/compute';
const DISCOVERY_MS = 180_000;

/** One process of worker.py. It runs one class after the other, and is killed when one takes too long. */
export class TempestWorker {
  private readonly told: Told[] = [];
  private waiting: ((what: Told | undefined) => void) | undefined;
  private ended = false;

  private constructor(private readonly child: ChildProcess) {
    const events = child.stdio[3] as Readable;
    createInterface(events).on('line', line => this.hear(Told.parse(JSON.parse(line))));
    const end = () => {
      this.ended = true;
      this.waiting?.(undefined);
    };
    child.once('error', end);
    child.once('close', end);
    // It may have died before it read what it was told to do.
    child.stdin?.on('error', () => {});
  }

  /** @returns the worker, and the classes there are with their tests. @throws CloudError `unavailable` when it does not come up. */
  static async start({
    directory,
    sources,
    number,
    interrupted,
  }: WorkerPlace): Promise<{ worker: TempestWorker; classes: Map<string, string[]> }> {
    const log = openSync(join(directory, `worker-${number}.log`), 'a');
    const child = spawn('/usr/bin/python3', [join(sources, 'test/tempest/worker.py'), TESTS], {
      stdio: ['pipe', log, log, 'pipe'],
      signal: interrupted,
      killSignal: 'SIGKILL',
      env: {
        ...process.env,
        TEMPEST_CONFIG_DIR: directory,
        TEMPEST_CONFIG: 'tempest.conf',
        OS_TEST_TIMEOUT: '120',
        OS_LOG_CAPTURE: '0',
        no_proxy: '*',
      },
    });
    closeSync(log);
    const worker = new TempestWorker(child);
    const ready = await worker.next(DISCOVERY_MS);
    if (ready?.event === 'ready') return { worker, classes: new Map(Object.entries(ready.classes)) };
    worker.kill();
    throw new CloudError('unavailable', `tempest did not come up: see ${join(directory, `worker-${number}.log`)}`);
  }

  /** Begins a class; what becomes of it is told by `next`. */
  run(name: string, tests: readonly string[]): void {
    this.child.stdin?.write(`${JSON.stringify({ class: name, tests })}\n`);
  }

  /** What happened next; undefined when the process has ended, or nothing happens for so long. */
  async next(timeoutMs: number): Promise<Told | undefined> {
    const told = this.told.shift();
    if (told || this.ended) return told;
    return new Promise(resolve => {
      const finish = (what: Told | undefined) => {
        clearTimeout(timer);
        this.waiting = undefined;
        resolve(what);
      };
      const timer = setTimeout(() => finish(undefined), Math.max(0, timeoutMs));
      this.waiting = finish;
    });
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  private hear(what: Told): void {
    if (this.waiting) this.waiting(what);
    else this.told.push(what);
  }
}
