import { CloudError } from '#domain';
import { identify, isRunning } from '../process/identity.js';
import { type ProcessRow, ProcessTable } from '../process/process-table.js';

/** The name by which a launcher in the foreground stands in the table of processes. */
export const LAUNCHER = 'launcher';

export const launcherRow = (): ProcessRow => {
  const identity = identify(process.pid);
  if (!identity) throw new CloudError('internal', '/proc does not show this process: Canopy runs on Linux');
  return { name: LAUNCHER, kind: 'launcher', identity, fingerprint: '', log: '', logFrom: 0 };
};

/** @throws CloudError `conflict` when another launcher looks after the stack. */
export const refuseSecondLauncher = (processes: string): void => {
  const row = new ProcessTable(processes).get(LAUNCHER);
  if (row && row.identity.pid !== process.pid && isRunning(row.identity)) {
    throw new CloudError(
      'conflict',
      `Canopy runs already, in the foreground of process ${row.identity.pid}: press Ctrl-C there, or use npm run stop`,
    );
  }
};
