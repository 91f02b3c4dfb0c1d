import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { CloudError } from '#domain';
import { runningGuests } from '../guests.js';
import { layoutOf } from '../layout.js';
import { resetStack } from '../stack.js';
import { readState } from '../state.js';
import type { Arguments } from './options.js';
import { stopProcesses } from './stop.js';

export const reset = async (options: Arguments, sources: string): Promise<number> => {
  const layout = layoutOf(resolve(options.directory));
  if (!existsSync(layout.root)) {
    console.log(`There is nothing in ${options.directory}.`);
    return 0;
  }
  // The directory is the user's word; one that is not ours must not be removed by a slip.
  if (!existsSync(layout.state))
    throw new CloudError('invalid', `${layout.root} has no stack.json, so it does not look like Canopy's: remove it yourself`);
  await stopProcesses(layout);
  const guests = await runningGuests(layout, sources);
  const existing = readState(layout.state)?.existingServers ?? [];
  await resetStack(options.directory, sources);
  console.log(`Removed ${options.directory}${guests.length > 0 ? ` and ended ${guests.length} guests` : ''}.`);
  if (existing.length > 0) console.log(leftAsTheyAre(existing));
  return 0;
};

/** Their data and the passwords that were just removed belong together: a tree that starts on them anew would not get in. */
const leftAsTheyAre = (servers: readonly string[]): string => `\
These were there before, and stay with all that is in them; before the next start, empty the databases and virtual hosts yourself:
${servers.map(server => `  ${server}`).join('\n')}`;
