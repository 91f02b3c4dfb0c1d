import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { constants, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createConnection } from 'mysql2/promise';
import { z } from 'zod';
import { startTestServices } from '../../test/setup/test-services.js';
import { layoutOf as filesOf } from '../../tools/stack/layout.js';
import { ProcessTable } from '../../tools/stack/process/process-table.js';
import { cpuMsOf, familiesOf } from '../measure/processes.js';
import { percentile } from './figures.js';
import type { Layout } from './layout.js';
import type { TreeBenchOptions } from './options.js';
import type { Ask, Placed, Start, Usage } from './protocol.js';

export interface TreeFigures {
  readonly shape: 'tree' | 'flat';
  readonly leaves: number;
  readonly children: number;
  readonly hosts: number;
  /** Nothing changes: each child reports every five seconds. Shares of one core. */
  readonly idle: Phase;
  /** Everything changes all the time: each child reports every second. */
  readonly busy: Phase;
  /** While servers are placed. */
  readonly placing: Phase;
  readonly placed: number;
  readonly refused: number;
  readonly placeP50Ms: number;
  readonly placeP99Ms: number;
  /** The decision alone: filters, weights, rows made. */
  readonly decideP50Ms: number;
  readonly decideP99Ms: number;
  /** The least commit of this disk. */
  readonly commitP50Ms: number;
  readonly commitP99Ms: number;
  readonly rootRssMb: number;
  /** From when a leaf finds a host dead until the root's row says so. */
  readonly lostHostMs: number;
}

export interface Phase {
  /** Handled by the root; those that were sent and not handled in ten seconds are out of date, and the broker drops them. */
  readonly framesPerSecond: number;
  readonly sentPerSecond: number;
  readonly rootPercent: number;
  readonly databasePercent: number;
  readonly brokerPercent: number;
}

const START_MS = 300_000;
/** What is placed first is not counted: Node compiles meanwhile what it will run often. */
const WARM_UP = { perSecond: 50, seconds: 10 };
/** Placing takes as long as so many phases: the slowest hundredth of few servers would be chance. */
const PLACING_PHASES = 4;

export const measureLayout = async (
  layout: Layout,
  options: TreeBenchOptions,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<TreeFigures> => {
  const directory = mkdtempSync(join(tmpdir(), 'canopy-bench-tree-'));
  const services = await startTestServices(directory);
  const rows = new ProcessTable(filesOf(directory).processes);
  const processes: Child[] = [];
  try {
    const start = await startOf(services.environment, layout);
    const root = new Child('root-process', start);
    processes.push(root);
    await root.ready(START_MS);
    const cells = new Child('cells-process', start);
    processes.push(cells);
    await cells.ready(START_MS);
    await untilReported(root, layout, signal);
    // Flavors go down and full reports come up before anything is counted.
    await sleep(8_000, undefined, { signal });

    const phase = async <T>(work: () => Promise<T>): Promise<{ result: T; phase: Phase }> => {
      const before = await look(root, cells, rows);
      const result = await work();
      const after = await look(root, cells, rows);
      const share = (of: (counts: Counts) => number) => (100 * (of(after) - of(before))) / (after.at - before.at);
      return {
        result,
        phase: {
          framesPerSecond: (1000 * (after.frames - before.frames)) / (after.at - before.at),
          sentPerSecond: (1000 * (after.sent - before.sent)) / (after.at - before.at),
          rootPercent: share(counts => counts.rootMs),
          databasePercent: share(counts => counts.databaseMs),
          brokerPercent: share(counts => counts.brokerMs),
        },
      };
    };
    const wait = () => sleep(options.seconds * 1000, undefined, { signal });
    const idle = await phase(wait);
    await cells.ask({ what: 'reportEvery', ms: 1000 });
    await sleep(2_000, undefined, { signal });
    const busy = await phase(wait);
    await cells.ask({ what: 'reportEvery', ms: null });
    await root.ask<Placed>({ what: 'place', ...WARM_UP, profile: false });
    const seconds = options.seconds * PLACING_PHASES;
    const placing = await phase(() =>
      root.ask<Placed>({ what: 'place', perSecond: options.rate, seconds, profile: options.profile }, seconds * 1000),
    );
    const lost = await cells.ask<{ host: string; at: number }>({ what: 'loseHost' });
    const seenAt = await root.ask<number>({ what: 'hostDown', host: lost.host, timeoutMs: 30_000 });
    const { rssMb } = await root.ask<Usage>({ what: 'usage' });
    return {
      shape: layout.shape,
      leaves: layout.leaves,
      children: layout.children.length,
      hosts: layout.leaves * layout.hostsPerLeaf,
      idle: idle.phase,
      busy: busy.phase,
      placing: placing.phase,
      placed: placing.result.ms.length,
      refused: placing.result.refused,
      placeP50Ms: percentile(placing.result.ms, 50),
      placeP99Ms: percentile(placing.result.ms, 99),
      decideP50Ms: percentile(placing.result.decisionMs, 50),
      decideP99Ms: percentile(placing.result.decisionMs, 99),
      commitP50Ms: percentile(placing.result.commitMs, 50),
      commitP99Ms: percentile(placing.result.commitMs, 99),
      rootRssMb: rssMb,
      lostHostMs: seenAt - lost.at,
    };
  } finally {
    say('  stopping …');
    for (const process of processes.reverse()) await process.end();
    await services.stop();
    rmSync(directory, { recursive: true, force: true });
  }
};

const startOf = async (environment: Readonly<Record<string, string>>, layout: Layout): Promise<Start> => {
  const server = environment.CANOPY_TEST_MARIADB ?? '';
  const connection = await createConnection({ uri: server });
  await connection.query('CREATE DATABASE bench_tree');
  await connection.end();
  return { database: `${server}/bench_tree`, broker: environment.CANOPY_TEST_RABBITMQ ?? '', layout };
};

const untilReported = async (root: Child, layout: Layout, signal: AbortSignal): Promise<void> => {
  for (const end = performance.now() + START_MS; performance.now() < end; await sleep(500, undefined, { signal })) {
    if ((await root.ask<number>({ what: 'reported', withinMs: 10_000 })) === layout.children.length) return;
  }
  throw new Error(`not all of ${layout.children.length} children had reported in ${START_MS / 1000} s`);
};

interface Counts {
  readonly at: number;
  readonly rootMs: number;
  readonly databaseMs: number;
  readonly brokerMs: number;
  readonly frames: number;
  readonly sent: number;
}

const look = async (root: Child, cells: Child, table: ProcessTable): Promise<Counts> => {
  const servers = cpuMsOf(familiesOf(table.all()));
  const { cpuMs, frames } = await root.ask<Usage>({ what: 'usage' });
  const sent = (await cells.ask<Usage>({ what: 'usage' })).frames;
  return {
    at: performance.now(),
    rootMs: cpuMs,
    databaseMs: servers.get('test.mariadb') ?? 0,
    brokerMs: servers.get('test.rabbitmq') ?? 0,
    frames,
    sent,
  };
};

const Reply = z.object({ result: z.unknown().optional(), error: z.string().optional() });

/** One of the bench's own processes. */
class Child {
  private readonly process: ChildProcess;

  constructor(name: string, start: Start) {
    mkdirSync(tmpdir(), { recursive: true });
    this.process = fork(join(import.meta.dirname, `${name}.js`), [JSON.stringify(start)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    // It stands for other machines, and shall not take the root's turn on this one.
    if (name === 'cells-process' && this.process.pid) setPriority(this.process.pid, constants.priority.PRIORITY_LOW);
  }

  async ready(timeoutMs: number): Promise<void> {
    await this.reply(timeoutMs);
  }

  /** @param longMs what it does takes so long by itself */
  async ask<T>(ask: Ask, longMs = 0): Promise<T> {
    const reply = this.reply(longMs + 120_000);
    this.process.send(ask);
    return (await reply) as T;
  }

  async end(): Promise<void> {
    if (this.process.exitCode !== null) return;
    const ended = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await ended;
  }

  private async reply(timeoutMs: number): Promise<unknown> {
    const ended = new AbortController();
    const exit = () => ended.abort(new Error(`a process of the bench has ended with ${this.process.exitCode}`));
    this.process.once('exit', exit);
    try {
      const [message] = await once(this.process, 'message', { signal: AbortSignal.any([ended.signal, AbortSignal.timeout(timeoutMs)]) });
      const { result, error } = Reply.parse(message);
      if (error !== undefined) throw new Error(error);
      return result;
    } finally {
      this.process.off('exit', exit);
    }
  }
}
