import type { EntityManager } from 'typeorm';
import { projectsBelow } from './lineage.js';

/** A target, or all projects below it. */
export interface GrantPlace {
  readonly targetId: string;
  readonly inherited: boolean;
}

/**
 * Fences tokens that some users have in a place, because what they may do there has become less, and removes the application credentials
 * that hung on it. In the transaction of the change.
 */
export const endUserGrants = async (tx: EntityManager, userId: string, { targetId, inherited }: GrantPlace): Promise<void> => {
  await tx.query(`INSERT INTO identity_grant_fences (user_id, target_id, inherited, generation) VALUES (?, ?, ?, 1) ${RAISED}`, [
    userId,
    targetId,
    inherited,
  ]);
  await tx.query(`DELETE FROM identity_application_credentials WHERE user_id = ? AND project_id IN (${projectsIn(inherited)})`, [
    userId,
    targetId,
  ]);
};

/** As {@link endUserGrants}, for all who are in the group. */
export const endGroupGrants = async (tx: EntityManager, groupId: string, { targetId, inherited }: GrantPlace): Promise<void> => {
  const members = 'SELECT user_id FROM identity_group_members WHERE group_id = ?';
  await tx.query(
    `INSERT INTO identity_grant_fences (user_id, target_id, inherited, generation)
      SELECT user_id, ?, ?, 1 FROM identity_group_members WHERE group_id = ? ${RAISED}`,
    [targetId, inherited, groupId],
  );
  await tx.query(
    `DELETE FROM identity_application_credentials WHERE user_id IN (${members}) AND project_id IN (${projectsIn(inherited)})`,
    [groupId, targetId],
  );
};

/** As {@link endUserGrants}, for one member and every place in which the group has a role. */
export const endMembership = async (tx: EntityManager, groupId: string, userId: string): Promise<void> => {
  const targets = (inherited: 0 | 1): string =>
    `SELECT target_id id FROM identity_group_assignments WHERE group_id = ? AND inherited = ${inherited}`;
  await tx.query(
    `INSERT INTO identity_grant_fences (user_id, target_id, inherited, generation)
      SELECT DISTINCT ?, target_id, inherited, 1 FROM identity_group_assignments WHERE group_id = ? ${RAISED}`,
    [userId, groupId],
  );
  await tx.query(
    `DELETE FROM identity_application_credentials WHERE user_id = ?
      AND (project_id IN (${targets(0)}) OR project_id IN (${projectsBelow(targets(1))}))`,
    [userId, groupId, groupId],
  );
};

const projectsIn = (inherited: boolean): string => (inherited ? projectsBelow('SELECT ? id') : '?');

const RAISED = 'ON DUPLICATE KEY UPDATE generation = generation + 1';
