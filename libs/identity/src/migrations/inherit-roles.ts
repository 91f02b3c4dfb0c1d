import type { MigrationInterface, QueryRunner } from 'typeorm';

const KEYS = {
  identity_role_assignments: 'user_id, target_id, role_id',
  identity_group_assignments: 'group_id, target_id, role_id',
  identity_grant_fences: 'user_id, target_id',
};

/** A role may be had in a target, in the projects below it, or both. What was given before is had in the target only. */
export class InheritRoles1764200000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const [table, key] of Object.entries(KEYS))
      await runner.query(`ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS inherited tinyint NOT NULL DEFAULT 0,
        DROP PRIMARY KEY, ADD PRIMARY KEY (${key}, inherited)`);
  }

  /** Does nothing to a table that has no such column any more. */
  async down(runner: QueryRunner): Promise<void> {
    for (const [table, key] of Object.entries(KEYS)) {
      if (!(await runner.hasColumn(table, 'inherited'))) continue;
      await runner.query(`DELETE FROM ${table} WHERE inherited = 1`);
      await runner.query(`ALTER TABLE ${table} DROP PRIMARY KEY, DROP COLUMN inherited, ADD PRIMARY KEY (${key})`);
    }
  }
}
