import { LEASE_MARGIN_MS } from '#cell';
import { execute, type Sql, select } from './sql.js';

/** When the lease was taken last, in ms since 1970; 0 when it never was. */
export const readLease = async (sql: Sql, name: string): Promise<number> => {
  const statement = 'SELECT held_until - seconds * 1000 AS taken FROM leases WHERE name = ?';
  const [row] = await select<{ taken: number }>(sql, statement, [name]);
  return row?.taken ?? 0;
};

/** Takes a lease that nobody holds, or one from a clock that has been set back, or prolongs one's own; whether `owner` holds it now. */
export const holdLease = async (
  sql: Sql,
  { name, owner, seconds, now }: { readonly name: string; readonly owner: string; readonly seconds: number; readonly now: number },
): Promise<boolean> => {
  await execute(
    sql,
    // The owner is set first: MariaDB assigns from left to right, and the deadline moves for whoever holds it then.
    `INSERT INTO leases (name, owner, held_until, seconds) VALUES (?, ?, ?, ?) ON DUPLICATE KEY UPDATE
     owner = IF(held_until < ? OR held_until > ? + seconds * 1000, VALUES(owner), owner),
     held_until = IF(owner = VALUES(owner), VALUES(held_until), held_until)`,
    [name, owner, now + seconds * 1000, seconds, now, now + LEASE_MARGIN_MS],
  );
  const [row] = await select<{ owner: string }>(sql, 'SELECT owner FROM leases WHERE name = ?', [name]);
  return row?.owner === owner;
};
