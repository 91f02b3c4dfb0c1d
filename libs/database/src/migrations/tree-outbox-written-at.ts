import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATEMENTS = ['ALTER TABLE `outbox` ADD COLUMN IF NOT EXISTS `written_at` bigint UNSIGNED NOT NULL DEFAULT 0 AFTER `lease_until`'];

export class TreeOutboxWrittenAt implements MigrationInterface {
  name = 'TreeOutboxWrittenAt1795414000001';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('schema migrations go forward only: restore the backup taken before the upgrade');
  }
}
