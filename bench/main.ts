import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CloudError, messageOf } from '#domain';
import { provide } from '../tools/setup/install.js';
import { resetStack, Stack } from '../tools/stack/stack.js';
import { type BenchOptions, HELP, parseOptions } from './options.js';
import { Profiler } from './profile/profiler.js';
import { runBench } from './run-bench.js';
import { benchTopology } from './tree.js';

/** Two up from dist/bench. */
const sources = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/** No honest run takes so long: something hangs that has no bound of its own. */
const LONGEST_MS = 60 * 60 * 1000;

/** @returns the exit code */
export const main = async (args: readonly string[]): Promise<number> => {
  const interrupted = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => interrupted.abort());
  try {
    const options = parseOptions(args);
    if (options.help) console.log(HELP);
    else await benchTree(options, AbortSignal.any([interrupted.signal, AbortSignal.timeout(LONGEST_MS)]));
    return 0;
  } catch (error) {
    console.error(interrupted.signal.aborted ? '\ncanopy: interrupted' : `\ncanopy: ${messageOf(error)}`);
    if (!interrupted.signal.aborted && !(error instanceof CloudError) && error instanceof Error) console.error(error.stack);
    return interrupted.signal.aborted ? 130 : 1;
  }
};

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
