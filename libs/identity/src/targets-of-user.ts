/** Targets of any kind in which a user has a role. */
export const TARGETS_OF_USER = `SELECT target_id FROM identity_role_assignments WHERE user_id = :userId UNION
  SELECT a.target_id FROM identity_group_members m JOIN identity_group_assignments a ON a.group_id = m.group_id WHERE m.user_id = :userId`;
