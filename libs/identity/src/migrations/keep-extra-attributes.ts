import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = ['identity_users', 'identity_projects'];

/** What clients give users and projects beyond what Identity knows. */
export class KeepExtraAttributes1764000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(`ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS extra json NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(`ALTER TABLE ${table} DROP COLUMN IF EXISTS extra`);
  }
}
