import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { CloudError } from '#domain';
import { isAbsence, writeFileAtomically } from '../files.js';
import { isRunning } from './identity.js';

const Identity = z.object({ pid: z.number().int().positive(), startTicks: z.number(), bootId: z.string() });
const Row = z.object({
  name: z.string(),
  kind: z.enum(['launcher', 'epmd', 'mariadb', 'rabbitmq', 'libvirtd', 'cell', 'compute']),
  identity: Identity,
  /** Changes with anything that the process was started with: a running process with another one is out of date. */
  fingerprint: z.string(),
  log: z.string(),
  /** Where in its log this run begins, in bytes. */
  logFrom: z.number().int().nonnegative(),
});
export type ProcessRow = z.infer<typeof Row>;
export type ProcessKind = ProcessRow['kind'];

/** Which processes a stack has started, in a file, so that a later command stops exactly these and no others. */
export class ProcessTable {
  private readonly rows = new Map<string, ProcessRow>();

  /** @throws CloudError `invalid` when the file is there and cannot be read: what it named may run, and nobody would stop it. */
  constructor(private readonly path: string) {
    this.reload();
  }

  /** Another command may have written the file. @throws as the constructor; what was known before stays. */
  reload(): void {
    const rows = readRows(this.path);
    this.rows.clear();
    for (const row of rows) this.rows.set(row.name, row);
  }

  get(name: string): ProcessRow | undefined {
    return this.rows.get(name);
  }

  all(): ProcessRow[] {
    return [...this.rows.values()];
  }

  running(): ProcessRow[] {
    return this.all().filter(row => isRunning(row.identity));
  }

  put(row: ProcessRow): void {
    this.rows.set(row.name, row);
    this.save();
  }

  remove(name: string): void {
    if (this.rows.delete(name)) this.save();
  }

  private save(): void {
    writeFileAtomically(this.path, JSON.stringify(this.all(), null, 1), 0o644);
  }
}

const readRows = (path: string): ProcessRow[] => {
  try {
    return z.array(Row).parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    if (isAbsence(error)) return [];
    const root = dirname(path);
    throw new CloudError(
      'invalid',
      `${path} cannot be read, so what was started is not known: stop what pgrep -af ${root} shows, remove that file, and run this again`,
      { cause: error },
    );
  }
};
