import { projectsBelow } from './lineage.js';

const given = (inherited: 0 | 1): string => `
  SELECT target_id id FROM identity_role_assignments WHERE user_id = :userId AND inherited = ${inherited} UNION
  SELECT a.target_id FROM identity_group_members m JOIN identity_group_assignments a ON a.group_id = m.group_id
  WHERE m.user_id = :userId AND a.inherited = ${inherited}`;

/** Targets of any kind in which a user has a role, also by inheritance. */
export const TARGETS_OF_USER = `${given(0)} UNION SELECT id FROM (${projectsBelow(given(1))}) heirs`;
