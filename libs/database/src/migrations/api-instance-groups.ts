import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATEMENTS = [
  'ALTER TABLE `instances` ADD COLUMN IF NOT EXISTS `group_uuid` char(36) CHARACTER SET "ascii" COLLATE "ascii_bin" NULL',
  'CREATE INDEX IF NOT EXISTS `instances_by_group` ON `instances` (`group_uuid`)',
];

export class ApiInstanceGroups implements MigrationInterface {
  name = 'ApiInstanceGroups1795415306687';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('schema migrations go forward only: restore the backup taken before the upgrade');
  }
}
