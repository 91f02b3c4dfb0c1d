import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = ['domains', 'groups', 'roles', 'services', 'endpoints', 'regions'].map(name => `identity_${name}`);

/** As users and projects have since KeepExtraAttributes. */
export class KeepMoreExtraAttributes1764100000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(`ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS extra json NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(`ALTER TABLE ${table} DROP COLUMN IF EXISTS extra`);
  }
}
