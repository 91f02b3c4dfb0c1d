import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { provide } from '../tools/setup/install.js';
import { resetStack, Stack } from '../tools/stack/stack.js';
import { runCommand } from './command.js';
import { type BenchOptions, HELP, parseOptions } from './options.js';
import { Profiler } from './profile/profiler.js';
import { runBench } from './run-bench.js';
import { benchTopology } from './tree.js';

/** Two up from dist/bench. */
const sources = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** @returns the exit code */
export const main = (args: readonly string[]): Promise<number> =>
  runCommand(async signal => {
    const options = parseOptions(args);
    if (options.help) console.log(HELP);
    else await benchTree(options, signal);
  });

/** Raises the tree, measures it, and stops it, whatever happens. */
const benchTree = async (options: BenchOptions, signal: AbortSignal): Promise<void> => {
  const directory = mkdtempSync(join(tmpdir(), 'canopy-bench-'));
  await provide(WANTS, { sources, log: join(directory, 'apt.log'), say });
  const profiler = options.profile === undefined ? undefined : new Profiler(options.profile, join(sources, '.canopy/bench-profiles'), say);
  if (profiler) process.env.NODE_OPTIONS = profiler.nodeOptions;
  const stack = await Stack.open({ directory, sources, topology: await benchTopology(options) });
  let failed = true;
  try {
    say(`raising ${stack.plan.cells.length} cells, in ${directory} …`);
    await stack.up({ signal });
    profiler?.watch(stack);
    await runBench({ options, stack, profiler, sources, signal, say });
    failed = false;
  } finally {
    if (options.keep && !signal.aborted) tellKept(directory);
    else await takeDown(stack, directory, failed && !signal.aborted);
  }
};

const WANTS = { databases: true, brokers: true, hypervisor: false, image: false, client: false };

const takeDown = async (stack: Stack, directory: string, keepLogs: boolean): Promise<void> => {
  say('stopping everything …');
  await stack.stop();
  if (keepLogs) say(`the logs are kept in ${stack.logDirectory}`);
  else await resetStack(directory, sources);
};

const tellKept = (directory: string): void =>
  say(
    `the tree goes on running: source ${join(directory, 'openrc')} to use it; npm run reset -- --directory ${relative(process.cwd(), directory)} ends it`,
  );

const say = (line: string): void => console.log(line);
