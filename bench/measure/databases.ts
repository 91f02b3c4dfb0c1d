import { type Connection, createConnection } from 'mysql2/promise';
import { z } from 'zod';
import { mariadbSocket } from '../../tools/stack/servers/mariadb.js';
import { currentUser } from '../../tools/stack/servers/run-as.js';
import type { Stack } from '../../tools/stack/stack.js';

export interface DatabaseCounts {
  /** Transactions that changed something and were committed. */
  readonly commits: number;
  readonly statements: number;
}

const Rows = z.array(z.object({ name: z.string(), value: z.coerce.number() }));

/**
 * Counts what all database servers of the tree do. InnoDB's own counter of committed read-write transactions tells commits:
 * `Com_commit` misses statements that commit by themselves, and `Handler_commit` counts reads, too.
 */
export class DatabaseProbe {
  private constructor(private readonly connections: readonly Connection[]) {}

  static async open(stack: Stack): Promise<DatabaseProbe> {
    const connections = await Promise.all(
      stack.plan.databaseServers.map(({ name }) =>
        createConnection({ socketPath: mariadbSocket(stack.layout.server(name)), user: currentUser() }),
      ),
    );
    for (const connection of connections) await connection.query("SET GLOBAL innodb_monitor_enable = 'trx_rw_commits'");
    return new DatabaseProbe(connections);
  }

  async counts(): Promise<DatabaseCounts> {
    const each = await Promise.all(this.connections.map(countsOf));
    return { commits: sum(each.map(one => one.commits)), statements: sum(each.map(one => one.statements)) };
  }

  async close(): Promise<void> {
    await Promise.all(this.connections.map(connection => connection.end()));
  }
}

const countsOf = async (connection: Connection): Promise<DatabaseCounts> => {
  const [rows] = await connection.query(
    "SELECT 'commits' AS name, `count` AS value FROM information_schema.innodb_metrics WHERE name = 'trx_rw_commits' " +
      "UNION ALL SELECT 'statements', variable_value FROM information_schema.global_status WHERE variable_name = 'Questions'",
  );
  const values = new Map(Rows.parse(rows).map(row => [row.name, row.value]));
  return { commits: values.get('commits') ?? 0, statements: values.get('statements') ?? 0 };
};

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
