import type { EntityManager } from 'typeorm';

/**
 * Fences tokens that some users have in a target, because what they may do there has become less, and removes the application credentials
 * that hung on it. In the transaction of the change.
 */
export const endUserGrants = async (tx: EntityManager, userId: string, targetId: string): Promise<void> => {
  await tx.query(`INSERT INTO identity_grant_fences (user_id, target_id, generation) VALUES (?, ?, 1) ${RAISED}`, [userId, targetId]);
  await tx.query('DELETE FROM identity_application_credentials WHERE user_id = ? AND project_id = ?', [userId, targetId]);
};

/** As {@link endUserGrants}, for all who are in the group. */
export const endGroupGrants = async (tx: EntityManager, groupId: string, targetId: string): Promise<void> => {
  const members = 'SELECT user_id FROM identity_group_members WHERE group_id = ?';
  await tx.query(
    `INSERT INTO identity_grant_fences (user_id, target_id, generation) SELECT user_id, ?, 1 FROM identity_group_members WHERE group_id = ? ${RAISED}`,
    [targetId, groupId],
  );
  await tx.query(`DELETE FROM identity_application_credentials WHERE project_id = ? AND user_id IN (${members})`, [targetId, groupId]);
};

/** As {@link endUserGrants}, for one member and every target in which the group has a role. */
export const endMembership = async (tx: EntityManager, groupId: string, userId: string): Promise<void> => {
  const targets = 'SELECT target_id FROM identity_group_assignments WHERE group_id = ?';
  await tx.query(
    `INSERT INTO identity_grant_fences (user_id, target_id, generation)
      SELECT DISTINCT ?, target_id, 1 FROM identity_group_assignments WHERE group_id = ? ${RAISED}`,
    [userId, groupId],
  );
  await tx.query(`DELETE FROM identity_application_credentials WHERE user_id = ? AND project_id IN (${targets})`, [userId, groupId]);
};

const RAISED = 'ON DUPLICATE KEY UPDATE generation = generation + 1';
