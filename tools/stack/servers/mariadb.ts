import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { createConnection } from 'mysql2/promise';
import { CloudError, messageOf } from '#domain';
import { exists, makeDirectory } from '../files.js';
import type { Layout } from '../layout.js';
import type { DatabaseServerPlan } from '../plan.js';
import { findProgram } from './programs.js';
import { currentUser, runAs } from './run-as.js';
import type { Service } from './service.js';

const run = promisify(execFile);
const LOG_FILE_SIZE = '--innodb-log-file-size=32M';
const LONGEST_SOCKET_PATH = 100; // The kernel takes 107 bytes.

export interface MariadbOptions {
  /** Lets root in over TCP without a password: for tests, which make databases of their own. */
  readonly openRoot?: boolean;
  /** More of its own options: `--ssl-ca=…`. */
  readonly settings?: readonly string[];
}

/** A private MariaDB. Its root may come in through the unix socket only; every cell has an account for its own database. */
export const mariadbService = (layout: Layout, plan: DatabaseServerPlan, options: MariadbOptions = {}): Service => {
  const directory = layout.server(plan.name);
  const data = join(directory, 'data');
  const socket = mariadbSocket(directory);
  const args = (uid: number | undefined) => [
    '--no-defaults',
    `--datadir=${data}`,
    `--socket=${socket}`,
    `--port=${plan.port}`,
    `--bind-address=${plan.address}`,
    '--skip-name-resolve',
    `--pid-file=${join(directory, 'pid')}`,
    tmpdirOption(directory),
    `--innodb-buffer-pool-size=${plan.bufferPoolMb}M`,
    LOG_FILE_SIZE,
    // What was acknowledged is on disk: the cells' outbox and inbox stand on it.
    '--innodb-flush-log-at-trx-commit=1',
    '--transaction-isolation=READ-COMMITTED',
    '--character-set-server=utf8mb4',
    '--max-connections=200',
    '--performance-schema=OFF',
    '--key-buffer-size=1M',
    '--aria-pagecache-buffer-size=1M',
    ...(uid === 0 ? ['--user=root'] : []),
    ...(options.settings ?? []),
  ];
  return {
    name: plan.name,
    kind: 'mariadb',
    needs: [],
    log: layout.log(plan.name),
    fingerprint: JSON.stringify([args(undefined), plan.databases]),
    readySeconds: 120,
    stopSeconds: 60,
    prepare: async () => {
      const owner = ownerOf(layout);
      makeDirectory(directory, 0o755, owner);
      makeDirectory(join(socket, '..'), 0o755, owner);
      makeDirectory(join(directory, 'tmp'), 0o700, owner);
      if (!exists(data)) await initialise(data, owner, options);
    },
    launch: () => {
      const owner = ownerOf(layout);
      return { command: findProgram('mariadbd'), args: args(owner?.uid ?? process.getuid?.()), env: {}, owner };
    },
    isReady: async () => {
      try {
        await makeAccounts({ socket, root: options.openRoot ? 'root' : currentUser() }, plan);
        return true;
      } catch (error) {
        if (isNotUpYet(error)) return false;
        throw new CloudError('unavailable', `${plan.name} refuses: ${messageOf(error)}`, { cause: error });
      }
    },
  };
};

/** Each its own: a MariaDB that starts removes the temporary tables of all others in the same directory. */
const tmpdirOption = (directory: string): string => `--tmpdir=${join(directory, 'tmp')}`;

const ownerOf = (layout: Layout) => runAs(layout.root, 'mysql');

/** Where root comes in. A deep directory makes a path that the kernel refuses; then the socket lies in the temporary directory. */
export const mariadbSocket = (directory: string): string => {
  const beside = join(directory, 's.sock');
  if (beside.length <= LONGEST_SOCKET_PATH) return beside;
  return join(tmpdir(), `canopy-${createHash('sha256').update(directory).digest('hex').slice(0, 12)}`, 's.sock');
};

/** Made beside and renamed: a first start that was killed half way leaves nothing that looks like a database. */
const initialise = async (data: string, owner: ReturnType<typeof ownerOf>, options: MariadbOptions): Promise<void> => {
  const fresh = `${data}.new`;
  rmSync(fresh, { recursive: true, force: true });
  makeDirectory(fresh, 0o700, owner);
  const root = options.openRoot
    ? ['--auth-root-authentication-method=normal']
    : ['--auth-root-authentication-method=socket', `--auth-root-socket-user=${currentUser()}`];
  const args = [
    '--no-defaults',
    `--datadir=${fresh}`,
    ...root,
    '--skip-test-db',
    '--skip-name-resolve',
    '--force',
    LOG_FILE_SIZE,
    tmpdirOption(dirname(data)),
  ];
  try {
    await run(findProgram('mariadb-install-db'), args, { uid: owner?.uid, gid: owner?.gid, cwd: '/', timeout: 120_000 });
  } catch (error) {
    throw new CloudError('unavailable', `MariaDB could not make its first files in ${fresh}: ${lastLine(messageOf(error))}`, {
      cause: error,
    });
  }
  renameSync(fresh, data);
};

const lastLine = (text: string): string => text.trim().split('\n').slice(-3).join(' | ');

const makeAccounts = async (via: { socket: string; root: string }, { address, databases }: DatabaseServerPlan): Promise<void> => {
  const connection = await createConnection({ socketPath: via.socket, user: via.root, connectTimeout: 5000 });
  try {
    for (const { name, user, password } of databases) {
      await connection.query('CREATE DATABASE IF NOT EXISTS ??', [name]);
      await connection.query('CREATE USER IF NOT EXISTS ?@? IDENTIFIED BY ?', [user, address, password]);
      await connection.query('ALTER USER ?@? IDENTIFIED BY ?', [user, address, password]);
      await connection.query('GRANT ALL ON ??.* TO ?@?', [literally(name), user, address]);
    }
  } finally {
    await connection.end();
  }
};

/** In a GRANT the name of a database is a pattern. */
const literally = (name: string): string => name.replace(/[_%\\]/g, '\\$&');

const isNotUpYet = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  ['ENOENT', 'ECONNREFUSED', 'EPIPE', 'ECONNRESET', 'PROTOCOL_CONNECTION_LOST'].includes(String(error.code));
