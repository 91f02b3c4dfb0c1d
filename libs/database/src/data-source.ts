import { isIP } from 'node:net';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { CloudError, connectionTrouble, type TlsMaterial } from '#domain';

export interface DatabaseOptions {
  /** mysql://user:password@host:port/database */
  readonly url: string;
  /** When it is there, even empty, the connection is encrypted or not made. */
  readonly tls?: TlsMaterial | undefined;
  /** Connections of this process at most. */
  readonly poolSize?: number;
  readonly entities: DataSourceOptions['entities'];
  readonly migrations: DataSourceOptions['migrations'];
  /** Makes the tables from the entities, for tests. */
  readonly synchronize?: boolean;
}

interface Pool {
  on(event: 'connection', listener: (connection: { query(statement: string): void }) => void): void;
}

/**
 * A pool of connections to a cell's MariaDB. READ COMMITTED, for under the default of InnoDB two transactions that look for rows
 * which do not exist lock the gaps between them against each other. bigint columns come as numbers: all of ours are safe integers.
 * Several statements may stand in one packet (decision 0016), so values are never put into a statement but by the driver.
 */
export const cellDataSource = ({ url, tls, poolSize = 10, entities, migrations, synchronize = false }: DatabaseOptions): DataSource =>
  new DataSource({
    type: 'mariadb',
    url,
    ...(tls && { ssl: verified(url, tls) }),
    entities: entities ?? [],
    migrations: migrations ?? [],
    migrationsTableName: 'schema_migrations',
    charset: 'utf8mb4',
    timezone: 'Z',
    supportBigNumbers: true,
    bigNumberStrings: false,
    poolSize,
    synchronize,
    connectTimeout: 5000,
    extra: { multipleStatements: true, maxIdle: Math.min(poolSize, 4), idleTimeout: 60_000 },
  });

/**
 * The server must come from an authority that is trusted, and be the one that the URL names. An address is not compared: mysql2 gives
 * Node's check only names.
 */
const verified = (url: string, tls: TlsMaterial) => ({
  ...tls,
  rejectUnauthorized: true,
  verifyIdentity: isIP(new URL(url).hostname.replace(/^\[|\]$/g, '')) === 0,
});

/**
 * Of a process that hangs, or whose line to the server is cut, the server hears nothing, and would keep its locks for hours: after so
 * long without a statement it ends a transaction. None of ours waits for anything but its statements.
 */
const IDLE_TRANSACTION_SECONDS = 15;

/**
 * Connects, and brings the schema up to date. Processes that start together wait for each other.
 * @throws CloudError `unavailable` when the server does not answer.
 */
export const openDatabase = async (
  dataSource: DataSource,
  { idleTransactionSeconds = IDLE_TRANSACTION_SECONDS }: { readonly idleTransactionSeconds?: number } = {},
): Promise<void> => {
  try {
    await dataSource.initialize();
  } catch (error) {
    throw new CloudError('unavailable', `the database does not answer: ${connectionTrouble(error, 'database.tls')}`, { cause: error });
  }
  const session = `SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED; SET SESSION idle_transaction_timeout = ${idleTransactionSeconds}`;
  poolOf(dataSource).on('connection', connection => connection.query(session));
  // The one that is there by now was made before anybody could listen.
  await dataSource.query(session);
  await migrate(dataSource);
};

/** What a session is like is set when a connection is made, not before each transaction: one round trip less each time. */
const poolOf = (dataSource: DataSource): Pool => (dataSource.driver as unknown as { pool: Pool }).pool;

const LOCK_SECONDS = 60;

const migrate = (dataSource: DataSource): Promise<unknown> =>
  inTurn(dataSource, 'schema', () => dataSource.runMigrations({ transaction: 'each' }));

/**
 * Work that processes which start together do one after the other, by a lock that the server keeps for a connection. Its name carries a
 * digest of the database's: the names of locks are common to the server, and 64 characters at most.
 * @throws CloudError `unavailable` when another one has held it for too long.
 */
export const inTurn = async <T>(dataSource: DataSource, name: string, work: () => Promise<T>): Promise<T> => {
  const runner = dataSource.createQueryRunner();
  try {
    const [row] = (await runner.query("SELECT GET_LOCK(CONCAT(?, '.', SHA1(DATABASE())), ?) AS held", [name, LOCK_SECONDS])) as {
      held: number | null;
    }[];
    if (row?.held !== 1) throw new CloudError('unavailable', `another process has held the lock '${name}' for ${LOCK_SECONDS} s`);
    try {
      return await work();
    } finally {
      await runner.query("SELECT RELEASE_LOCK(CONCAT(?, '.', SHA1(DATABASE())))", [name]);
    }
  } finally {
    await runner.release();
  }
};
