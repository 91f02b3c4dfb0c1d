import type { Layout } from './layout.js';
import { stopProcess } from './process/launch.js';
import { type ProcessKind, type ProcessRow, ProcessTable } from './process/process-table.js';

/** Whoever uses another goes first. */
const ORDER: readonly ProcessKind[] = ['compute', 'cell', 'libvirtd', 'rabbitmq', 'mariadb', 'epmd'];
const GRACE_SECONDS: Record<ProcessKind, number> = {
  launcher: 60,
  compute: 20,
  cell: 20,
  libvirtd: 15,
  rabbitmq: 60,
  mariadb: 60,
  epmd: 2,
};

/**
 * Stops the processes that a stack's directory has written down, and no others.
 * @returns the names of those that ran; `killed` those that had to be killed
 */
export const stopAll = async (
  layout: Layout,
  which: (row: ProcessRow) => boolean = () => true,
): Promise<{ stopped: string[]; killed: string[] }> => {
  const table = new ProcessTable(layout.processes);
  const stopped: string[] = [];
  const killed: string[] = [];
  for (const kind of ORDER) {
    const rows = table.running().filter(row => row.kind === kind && which(row));
    await Promise.all(
      rows.map(async row => {
        if (await stopProcess(row.identity, { graceSeconds: GRACE_SECONDS[kind] })) killed.push(row.name);
        stopped.push(row.name);
        table.remove(row.name);
      }),
    );
  }
  return { stopped, killed };
};
