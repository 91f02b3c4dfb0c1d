import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATEMENTS = [
  "ALTER TABLE `hosts` ADD COLUMN IF NOT EXISTS `forced_down` tinyint NOT NULL DEFAULT '0'",
  "ALTER TABLE `hosts` ADD COLUMN IF NOT EXISTS `ordered_version` bigint UNSIGNED NOT NULL DEFAULT '0'",
];

export class TreeSteeredHosts implements MigrationInterface {
  name = 'TreeSteeredHosts1795438500000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('schema migrations go forward only: restore the backup taken before the upgrade');
  }
}
