import type { EntityManager } from 'typeorm';

/** Requests of one project that take from a quota, or name something, wait for each other from here to the end of the transaction. */
export const lockProject = (manager: EntityManager, projectId: string): Promise<unknown> => lock(manager, `project/${projectId}`);

/** The same of whoever takes an address from a pool. After the project's lock, never before it. */
export const lockPool = (manager: EntityManager, pool: string): Promise<unknown> => lock(manager, `pool/${pool}`);

const lock = (manager: EntityManager, name: string): Promise<unknown> =>
  manager.query('INSERT INTO networking_locks (name) VALUES (?) ON DUPLICATE KEY UPDATE name = name', [name]);
