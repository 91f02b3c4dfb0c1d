import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CloudError, messageOf } from '#domain';
import { provide } from '../../tools/setup/install.js';
import { resetStack, Stack } from '../../tools/stack/stack.js';
import { choose } from './choice.js';
import { judgedTree, prepareCloud } from './cloud.js';
import { judge } from './judge.js';
import { HELP, parseOptions, type TempestOptions } from './options.js';
import { conclude, tellVerdict } from './outcome.js';
import { tempestConf } from './tempest-conf.js';

/** Three up from dist/test/tempest. */
const sources = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
const here = join(sources, 'test/tempest');
const WANTS = { databases: true, brokers: true, hypervisor: false, image: false, client: false, tempest: true };
const MINUTE_MS = 60_000;

/** @returns the exit code */
export const main = async (args: readonly string[]): Promise<number> => {
  const interrupted = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => interrupted.abort());
  try {
    const options = parseOptions(args);
    if (options.help) console.log(HELP);
    return options.help ? 0 : await raiseAndJudge(options, interrupted.signal);
  } catch (error) {
    console.error(`\ncanopy: ${interrupted.signal.aborted ? 'interrupted' : messageOf(error)}`);
    if (!interrupted.signal.aborted && !(error instanceof CloudError) && error instanceof Error) console.error(error.stack);
    return interrupted.signal.aborted ? 130 : 1;
  }
};

/** Whatever happens, nothing of it is left behind, unless it is to be kept. */
const raiseAndJudge = async (options: TempestOptions, interrupted: AbortSignal): Promise<number> => {
  const directory = mkdtempSync(join(process.env.CANOPY_TEST_DIRECTORY ?? tmpdir(), 'canopy-tempest-'));
  chmodSync(directory, 0o755);
  let stack: Stack | undefined;
  try {
    await provide(WANTS, { sources, log: join(directory, 'apt.log'), say });
    stack = await Stack.open({ directory, sources, topology: await judgedTree() });
    say('raising a cloud with two played hosts …');
    await stack.up({ signal: interrupted });
    return await judgeStack(stack, directory, options, interrupted);
  } finally {
    say(options.keep ? `stopping it; all is kept in ${directory}` : 'stopping it …');
    if (options.keep) await stack?.stop();
    else {
      await resetStack(directory, sources);
      rmSync(directory, { recursive: true, force: true });
    }
  }
};

const judgeStack = async (stack: Stack, directory: string, options: TempestOptions, interrupted: AbortSignal): Promise<number> => {
  const { workers, minutes, only, subset } = options;
  const place = join(directory, 'tempest');
  mkdirSync(join(place, 'lock'), { recursive: true });
  writeFileSync(join(place, 'tempest.conf'), tempestConf(await prepareCloud(stack, directory), place));
  const began = performance.now();
  const verdicts = await judge({
    directory: place,
    sources,
    workers,
    limitMs: minutes * MINUTE_MS,
    interrupted,
    choose: tests => choose(tests, { only, subset: subset ? readFileSync(join(here, 'subset.txt'), 'utf8') : undefined }),
    onVerdict: tellVerdict(say),
  });
  interrupted.throwIfAborted();
  return conclude({ verdicts, options, seconds: Math.round((performance.now() - began) / 1000), sources, say });
};

const say = (line: string): void => console.log(line);
