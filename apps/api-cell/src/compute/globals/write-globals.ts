import type { EntityManager } from 'typeorm';
import type { GlobalItem } from '#contracts';

/** A thing that the top owns and every cell needs, as it is now; a body of null: it is gone. */
export type GlobalChange = GlobalItem extends infer Item ? (Item extends GlobalItem ? Omit<Item, 'version'> : never) : never;

/** Transactions that change globals wait for each other from here on. */
export const lockGlobals = async (manager: EntityManager): Promise<number> => {
  // Not INSERT IGNORE, which leaves a shared lock: two who hold it would wait for each other.
  await manager.query('INSERT INTO cell_globals (id, version) VALUES (1, 0) ON DUPLICATE KEY UPDATE id = id');
  const [row]: { version: string }[] = await manager.query('SELECT version FROM cell_globals WHERE id = 1 FOR UPDATE');
  return Number(row?.version ?? 0);
};

/**
 * Gives each changed thing a version of its own. They begin with the time, so that cells which outlive the root's database take what a
 * new one says for news.
 */
export const writeGlobals = async (manager: EntityManager, now: number, changes: readonly GlobalChange[]): Promise<void> => {
  if (changes.length === 0) return;
  const first = Math.max(await lockGlobals(manager), now) + 1;
  const rows = changes.map(({ kind, id, body }, index) => [kind, id, first + index, body && JSON.stringify(body)]);
  await manager.query(
    'INSERT INTO global_items (kind, id, version, body) VALUES ? ON DUPLICATE KEY UPDATE version = VALUES(version), body = VALUES(body)',
    [rows],
  );
  await manager.query('UPDATE cell_globals SET version = ? WHERE id = 1', [first + changes.length - 1]);
};
