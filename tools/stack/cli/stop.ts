import { resolve } from 'node:path';
import { runningGuests } from '../guests.js';
import { type Layout, layoutOf } from '../layout.js';
import { isRunning, signal } from '../process/identity.js';
import { ProcessTable } from '../process/process-table.js';
import { stopAll } from '../stop-all.js';
import { waitFor } from '../wait.js';
import { LAUNCHER } from './launcher-row.js';
import type { Arguments } from './options.js';

const LAUNCHER_SECONDS = 120;

export const stop = async (options: Arguments, sources: string): Promise<number> => {
  const layout = layoutOf(resolve(options.directory));
  await stopProcesses(layout);
  const guests = await runningGuests(layout, sources);
  if (guests.length > 0)
    console.log(
      `${guests.length} guest${guests.length > 1 ? 's go' : ' goes'} on running; npm start finds them again, npm run reset ends them.`,
    );
  console.log(`The data is kept in ${options.directory}.`);
  return 0;
};

/** Stops all that is written down, and says what it stopped. */
export const stopProcesses = async (layout: Layout): Promise<void> => {
  const asked = await stopThroughLauncher(layout.processes);
  const { stopped, killed } = await stopAll(layout);
  if (stopped.length > 0) console.log(`Stopped ${stopped.length} processes.`);
  else console.log(asked ? 'It has stopped everything.' : 'Nothing was running.');
  if (killed.length > 0) console.log(`These did not end when asked, and were killed: ${killed.join(', ')}.`);
};

/** The launcher would restart what is stopped behind its back, so it is asked first. */
const stopThroughLauncher = async (processes: string): Promise<boolean> => {
  const row = new ProcessTable(processes).get(LAUNCHER);
  if (!row || row.identity.pid === process.pid || !signal(row.identity, 'SIGTERM')) return false;
  console.log(`Asking the launcher (pid ${row.identity.pid}) to stop …`);
  try {
    await waitFor('the launcher', () => !isRunning(row.identity), { timeoutMs: LAUNCHER_SECONDS * 1000 });
  } catch {
    signal(row.identity, 'SIGKILL');
  }
  return true;
};
