import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomically } from '../../tools/stack/files.js';
import { layoutOf } from '../../tools/stack/layout.js';
import { identify, isRunning } from '../../tools/stack/process/identity.js';
import { resetStack } from '../../tools/stack/stack.js';
import { stopAll } from '../../tools/stack/stop-all.js';
import { unmount } from './disks.js';
import { removeNamespaces } from './links/namespaces.js';

export const PREFIX = 'canopy-faults-';
const FILE = 'faults.json';

/** What a run has made that outlives it, written down before it is made. */
const Belongings = z.object({
  keeper: z.object({ pid: z.number(), startTicks: z.number(), bootId: z.string() }),
  namespaces: z.array(z.string()),
  mounts: z.array(z.string()),
});
export type Belongings = z.infer<typeof Belongings>;

export const writeDown = (directory: string, belongings: Omit<Belongings, 'keeper'>): void => {
  const keeper = identify(process.pid);
  if (!keeper) throw new Error('this process cannot be found in /proc');
  writeFileAtomically(join(directory, FILE), JSON.stringify({ keeper, ...belongings }, null, 1), 0o644);
};

/** Stops and removes all that the run has made; its logs stay when they are wanted. */
export const tidyUp = async (directory: string, sources: string, options: { readonly keepLogs: boolean }): Promise<void> => {
  const belongings = read(directory);
  const stack = stackOf(directory);
  await stopAll(layoutOf(stack));
  for (const mount of belongings?.mounts ?? []) await unmount(mount);
  await removeNamespaces(belongings?.namespaces ?? []);
  if (options.keepLogs) rmSync(join(directory, FILE), { force: true });
  else {
    await resetStack(stack, sources);
    rmSync(directory, { recursive: true, force: true });
  }
};

export const stackOf = (directory: string): string => join(directory, 'stack');

/** What runs that were killed have left. Returns their directories. */
export const tidyUpLeftovers = async (sources: string): Promise<string[]> => {
  const left = readdirSync(tmpdir())
    .filter(name => name.startsWith(PREFIX))
    .map(name => join(tmpdir(), name))
    .filter(directory => {
      const belongings = read(directory);
      return belongings !== undefined && !isRunning(belongings.keeper);
    });
  for (const directory of left) await tidyUp(directory, sources, { keepLogs: false });
  return left;
};

const read = (directory: string): Belongings | undefined => {
  try {
    return Belongings.parse(JSON.parse(readFileSync(join(directory, FILE), 'utf8')));
  } catch {
    return undefined;
  }
};
