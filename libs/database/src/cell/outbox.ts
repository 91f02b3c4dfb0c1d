import type { DataSource } from 'typeorm';
import { OUTBOX_TAKEOVER_MS, type StoredFrame } from '#cell';
import { select, sqlOf } from './sql.js';
import { Transaction } from './transaction.js';

/** Leases the oldest frames that nobody is sending, so that no other process takes them. Most looks find none, and open no transaction. */
export const takeOutbox = async (dataSource: DataSource, now: number, limit: number): Promise<StoredFrame[]> => {
  const waiting = await select(sqlOf(dataSource), 'SELECT 1 FROM outbox WHERE lease_until <= ? LIMIT 1', [now]);
  if (!waiting.length) return [];
  return Transaction.run(dataSource, async tx => {
    const statement = 'SELECT id, destination, body FROM outbox WHERE lease_until <= ? ORDER BY sequence LIMIT ? FOR UPDATE SKIP LOCKED';
    const rows = await select<StoredFrame>(tx, statement, [now, limit]);
    const ids = rows.map(row => row.id);
    if (ids.length)
      tx.change('UPDATE outbox SET lease_until = ?, attempts = attempts + 1 WHERE id IN (?)', [now + OUTBOX_TAKEOVER_MS, ids]);
    return rows.map(({ id, destination, body }) => ({ id, destination, body }));
  });
};
