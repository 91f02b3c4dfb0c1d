import type { DataSource } from 'typeorm';
import { isLost } from './conflict.js';
import { poolOf, promised, type RawConnection, type Sql, STATEMENT_TIMEOUT_MS, type Value } from './sql.js';

/** What a statement has answered. */
export interface Answer<T> {
  /** @throws Error before the statement was run. */
  readonly value: T;
}

interface Added {
  readonly text: string;
  /** Takes the driver's result. @throws what makes the transaction fail. */
  readonly take?: (result: unknown) => void;
}

/** Statements go to the server in packets of about this many characters at most; it takes sixteen times as much. */
const PACKET_CHARACTERS = 1_000_000;

/**
 * One transaction. Statements are gathered, and run in the order in which they were added when their answers are needed: a round trip
 * for many of them, for on a busy cell the round trips cost more than what the statements do. The first one that fails is the last
 * that runs, and the whole transaction fails with it.
 */
export class Transaction implements Sql {
  private added: Added[] = [];

  private constructor(private readonly connection: RawConnection) {}

  /** Commits what the work did; when it throws, nothing of it stays. */
  static async run<T>(dataSource: DataSource, work: (transaction: Transaction) => Promise<T>): Promise<T> {
    const connection = await promised<RawConnection>(done => poolOf(dataSource).getConnection(done));
    try {
      const transaction = new Transaction(connection);
      transaction.change('START TRANSACTION');
      const result = await work(transaction);
      await transaction.commit();
      connection.release();
      return result;
    } catch (error) {
      await giveBack(connection, error);
      throw error;
    }
  }

  /** Rows of a select, as the driver gives them: numbers for every integer, strings for text and JSON. */
  select<R>(statement: string, values: readonly unknown[] = []): Answer<R[]> {
    const answer: { rows?: R[] } = {};
    this.add(statement, values, result => {
      answer.rows = result as R[];
    });
    return {
      get value() {
        if (!answer.rows) throw new Error('a statement was not run before its answer was used');
        return answer.rows;
      },
    };
  }

  change(statement: string, values: readonly unknown[] = []): void {
    this.add(statement, values);
  }

  /** @param check gets the number of rows that the statement found, and throws when the transaction must not be committed. */
  checkedChange(statement: string, values: readonly unknown[], check: (found: number) => void): void {
    this.add(statement, values, result => check((result as { affectedRows: number }).affectedRows));
  }

  /** Inserts all rows in one statement. */
  insert(table: string, columns: readonly string[], rows: readonly (readonly Value[])[]): void {
    if (rows.length > 0) this.change(`INSERT INTO ${table} (${columns.join(',')}) VALUES ?`, [rows]);
  }

  /** Inserts all rows in one statement; those whose key exists get the values of `update` (all columns when left out). */
  upsert(table: string, columns: readonly string[], rows: readonly (readonly Value[])[], update = columns): void {
    if (rows.length === 0) return;
    const setters = update.map(column => `${column}=VALUES(${column})`).join(',');
    this.change(`INSERT INTO ${table} (${columns.join(',')}) VALUES ? ON DUPLICATE KEY UPDATE ${setters}`, [rows]);
  }

  deleteByKey(table: string, key: string, values: readonly string[]): void {
    if (values.length > 0) this.change(`DELETE FROM ${table} WHERE ${key} IN (?)`, [values]);
  }

  /** Behind what was added before. */
  async query(statement: string, values: readonly unknown[] = []): Promise<unknown> {
    const answer = this.select(statement, values);
    await this.flush();
    return answer.value;
  }

  /** What is checked decides whether there is a commit: then it goes by itself. */
  private async commit(): Promise<void> {
    if (this.added.some(statement => statement.take)) await this.flush();
    this.change('COMMIT');
    await this.flush();
  }

  /** Runs what was added. */
  async flush(): Promise<void> {
    const added = this.added;
    this.added = [];
    for (let from = 0; from < added.length; ) {
      let to = from + 1;
      for (let size = added[from]!.text.length; to < added.length && size + added[to]!.text.length <= PACKET_CHARACTERS; to += 1)
        size += added[to]!.text.length;
      await this.send(added.slice(from, to));
      from = to;
    }
  }

  private async send(packet: readonly Added[]): Promise<void> {
    const sql = packet.map(statement => statement.text).join(';');
    const answer = await promised<unknown>(done => this.connection.query({ sql, timeout: STATEMENT_TIMEOUT_MS }, null, done));
    const results = packet.length === 1 ? [answer] : (answer as unknown[]);
    for (const [index, statement] of packet.entries()) statement.take?.(results[index]);
  }

  private add(statement: string, values: readonly unknown[], take?: Added['take']): void {
    this.added.push({ text: this.connection.format(statement, values), ...(take ? { take } : {}) });
  }
}

/** A connection that was lost, or cannot even roll back, is not given to anybody else. */
const giveBack = async (connection: RawConnection, error: unknown): Promise<void> => {
  if (isLost(error)) {
    connection.destroy();
    return;
  }
  const rollback = { sql: 'ROLLBACK', timeout: STATEMENT_TIMEOUT_MS };
  await promised(done => connection.query(rollback, null, done)).then(
    () => connection.release(),
    () => connection.destroy(),
  );
};
