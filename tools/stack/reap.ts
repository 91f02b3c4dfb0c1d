import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { resetStack } from './stack.js';

/** Stops and removes every stack whose directory lies directly in the given one: what tests that were killed have left. */
export const reap = async (directory: string, sources: string): Promise<void> => {
  const stacks = readdirSync(directory, { withFileTypes: true })
    .filter(entry => entry.isDirectory() && existsSync(join(directory, entry.name, 'processes.json')))
    .map(entry => join(directory, entry.name));
  for (const stack of stacks) await resetStack(stack, sources);
};
