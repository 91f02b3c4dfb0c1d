import { expect, it, onTestFinished } from 'vitest';
import { testDatabase } from '#testing';
import { cellDataSource, openDatabase } from './index.js';

const opened = async (url: string, { poolSize = 4 } = {}) => {
  const dataSource = cellDataSource({ url, poolSize, entities: [], migrations: [] });
  await openDatabase(dataSource, { idleTransactionSeconds: 1 });
  onTestFinished(() => dataSource.destroy());
  return dataSource;
};

it('every connection locks rows and not the gaps between them, the first one too', async () => {
  const database = await testDatabase();
  onTestFinished(() => database.drop());
  const dataSource = await opened(database.url, { poolSize: 2 });
  const asked = [1, 2].map(() =>
    dataSource.query('SELECT @@tx_isolation AS isolation, @@idle_transaction_timeout AS idle, SLEEP(0.1) AS held'),
  );
  const one = [{ isolation: 'READ-COMMITTED', idle: 1, held: 0 }];
  expect(await Promise.all(asked)).toEqual([one, one]);
});

it('a transaction of a process that hangs, or is cut off, keeps its locks from others for a bounded time', async () => {
  const database = await testDatabase();
  onTestFinished(() => database.drop());
  const [hanging, other] = [await opened(database.url), await opened(database.url)];
  await other.query('CREATE TABLE hosts (name VARCHAR(10) PRIMARY KEY, used INT)');
  await other.query("INSERT INTO hosts VALUES ('h1', 0)");

  const transaction = hanging.createQueryRunner();
  await transaction.startTransaction();
  await transaction.query('UPDATE hosts SET used = used + 1');
  await other.query('UPDATE hosts SET used = used + 10');
  await expect(transaction.commitTransaction()).rejects.toThrow(/closed|lost/i);
  await transaction.release();
  expect(await hanging.query('SELECT used FROM hosts')).toEqual([{ used: 10 }]);
});
