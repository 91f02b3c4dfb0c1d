import { join } from 'node:path';
import { CloudError } from '#domain';
import type { Stack } from '../tools/stack/stack.js';
import { Cloud } from './cloud.js';
import { Generator } from './generator/generator.js';
import { Load } from './generator/load.js';
import { Probe } from './measure/probe.js';
import type { BenchOptions } from './options.js';
import { measureAll } from './phases/measure-all.js';
import type { Profiler } from './profile/profiler.js';
import { figuresOf } from './report/figures.js';
import { describeMachine, loadAverage } from './report/machine.js';
import { appendResults, writeJson } from './report/record.js';
import { reportOf } from './report/table.js';

export interface BenchInput {
  readonly options: BenchOptions;
  readonly stack: Stack;
  readonly profiler: Profiler | undefined;
  readonly sources: string;
  readonly signal: AbortSignal;
  say(line: string): void;
}

/** Measures a tree that is up, and writes the report. */
export const runBench = async ({ options, stack, profiler, sources, signal, say }: BenchInput): Promise<void> => {
  const loadBefore = loadAverage();
  const generator = new Generator();
  const probe = await Probe.open(stack);
  try {
    const cloud = await Cloud.login(stack.endpoints, stack.adminPassword);
    await cloud.liftQuota();
    const load = new Load(generator, { computePort: stack.topology.listen.computePort, cloud, imageId: await cloud.uploadImage() });
    const measured = await whileNot(signal, measureAll({ options, cloud, load, probe, profiler, signal, say }));
    const figures = figuresOf(measured);
    const lines = [
      `${describeMachine()}. ${options.shared ? 'One MariaDB and one RabbitMQ for all cells' : 'One MariaDB and one RabbitMQ per cell'}` +
        `${options.workers ? `, ${options.workers} API workers` : ''}; load average ${loadBefore.toFixed(1)} before, ${loadAverage().toFixed(1)} after.`,
      '',
      ...reportOf(measured, figures),
    ];
    say(`\n${lines.join('\n')}`);
    // A profiled process is slower: its figures would mislead whoever compares.
    if (options.record && !profiler)
      appendResults(join(sources, 'bench/RESULTS.md'), new Date().toISOString().slice(0, 16).replace('T', ' ') + ' UTC', lines);
    if (options.json) writeJson(options.json, figures);
    if (measured.builds.some(round => round.active !== round.servers))
      throw new CloudError('internal', 'not all servers became ACTIVE: see WRONG above');
  } finally {
    generator.stop();
    await probe.close();
  }
};

/** The work goes on in the background when the signal comes; taking the tree down ends it. */
const whileNot = <T>(signal: AbortSignal, work: Promise<T>): Promise<T> =>
  Promise.race([work, new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }))]);
