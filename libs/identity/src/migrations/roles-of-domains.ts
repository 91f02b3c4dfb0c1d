import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLE = 'identity_roles';

/** Roles that one domain has for itself. Those of all domains have an empty one, which a unique key compares, unlike NULL. */
export class RolesOfDomains1764000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE ${TABLE} ADD COLUMN IF NOT EXISTS domain_id varchar(64) NOT NULL DEFAULT '',
      ADD UNIQUE INDEX IF NOT EXISTS identity_roles_domain_name (domain_id, name), DROP INDEX IF EXISTS identity_roles_name`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM ${TABLE} WHERE domain_id <> ''`);
    await runner.query(`ALTER TABLE ${TABLE} ADD UNIQUE INDEX IF NOT EXISTS identity_roles_name (name),
      DROP INDEX IF EXISTS identity_roles_domain_name, DROP COLUMN IF EXISTS domain_id`);
  }
}
