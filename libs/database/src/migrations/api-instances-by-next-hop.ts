import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATEMENTS = ['CREATE INDEX IF NOT EXISTS `instances_by_next_hop` ON `instances` (`next_hop`, `deleted_at`, `uuid`)'];

export class ApiInstancesByNextHop implements MigrationInterface {
  name = 'ApiInstancesByNextHop1795414000003';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('schema migrations go forward only: restore the backup taken before the upgrade');
  }
}
