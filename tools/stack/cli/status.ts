import { relative, resolve } from 'node:path';
import { runningGuests } from '../guests.js';
import { type Layout, layoutOf } from '../layout.js';
import { isRunning } from '../process/identity.js';
import { type ProcessRow, ProcessTable } from '../process/process-table.js';
import { type Usage, usageOf } from '../process/usage.js';
import { readState } from '../state.js';
import type { Arguments } from './options.js';

const SAMPLE_MS = 5000;

export const status = async (options: Arguments, sources: string): Promise<number> => {
  const layout = layoutOf(resolve(options.directory));
  // A launcher that is gone is no fault: nobody needs one.
  const rows = new ProcessTable(layout.processes).all().filter(row => row.kind !== 'launcher' || isRunning(row.identity));
  if (rows.length === 0) {
    console.log(`Nothing has been started in ${options.directory}. npm start starts it.`);
    return 1;
  }
  const guests = await runningGuests(layout, sources);
  const running = rows.filter(row => isRunning(row.identity));
  const usage = await usageOf([...running.map(row => row.identity.pid), ...guests.map(guest => guest.pid)], { sampleMs: SAMPLE_MS });
  console.log(line('PROCESS', 'PID', 'MEMORY (PSS)', 'CPU'));
  for (const row of rows) console.log(describe(row, usage.get(row.identity.pid)));
  console.log(
    total(
      'Canopy, its databases and its brokers',
      running.flatMap(row => usage.get(row.identity.pid) ?? []),
    ),
  );
  for (const guest of guests) console.log(describeUsage(`guest ${guest.name}`, guest.pid, usage.get(guest.pid)));
  tellAdminApis(layout);
  return running.length === rows.length ? 0 : 1;
};

const tellAdminApis = (layout: Layout): void => {
  const ports = Object.entries(readState(layout.state)?.ports ?? {}).filter(([key]) => key.endsWith('.admin'));
  if (ports.length === 0) return;
  console.log('\nADMIN API OF A CELL (X-Auth-Token is in the file)');
  for (const [key, port] of ports) {
    const id = key.replace(/\.admin$/, '');
    console.log(`${id.padEnd(24)}${`http://127.0.0.1:${port}/os-cells`.padEnd(40)}${relative(process.cwd(), layout.adminToken(id))}`);
  }
};

const describe = (row: ProcessRow, usage: Usage | undefined): string =>
  isRunning(row.identity) ? describeUsage(row.name, row.identity.pid, usage) : line(row.name, '-', 'down', `see ${row.log}`);

const describeUsage = (name: string, pid: number, usage: Usage | undefined): string =>
  line(name, String(pid), megabytes(usage?.pssKb ?? 0), percent(usage?.cpu ?? 0));

const total = (name: string, all: readonly Usage[]): string =>
  line(
    name,
    `${all.length}`,
    megabytes(all.reduce((sum, one) => sum + one.pssKb, 0)),
    `${percent(all.reduce((sum, one) => sum + one.cpu, 0))} of one core`,
  );

const line = (name: string, pid: string, memory: string, cpu: string): string =>
  `${name.padEnd(44)}${pid.padStart(8)}${memory.padStart(16)}   ${cpu}`;
const megabytes = (kb: number): string => `${(kb / 1024).toFixed(1)} MiB`;
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
