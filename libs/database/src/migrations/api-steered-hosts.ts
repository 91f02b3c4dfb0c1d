import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATEMENTS = [
  'ALTER TABLE `host_mirrors` ADD COLUMN IF NOT EXISTS `disabled_reason` varchar(255) NULL',
  "ALTER TABLE `host_mirrors` ADD COLUMN IF NOT EXISTS `forced_down` tinyint NOT NULL DEFAULT '0'",
  "ALTER TABLE `host_mirrors` ADD COLUMN IF NOT EXISTS `wanted_version` bigint UNSIGNED NOT NULL DEFAULT '0'",
  "ALTER TABLE `host_mirrors` ADD COLUMN IF NOT EXISTS `heard_version` bigint UNSIGNED NOT NULL DEFAULT '0'",
  "ALTER TABLE `host_mirrors` ADD COLUMN IF NOT EXISTS `told_at` bigint UNSIGNED NOT NULL DEFAULT '0'",
  "ALTER TABLE `host_mirrors` ADD COLUMN IF NOT EXISTS `gone` tinyint NOT NULL DEFAULT '0'",
];

export class ApiSteeredHosts implements MigrationInterface {
  name = 'ApiSteeredHosts1795438500000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('schema migrations go forward only: restore the backup taken before the upgrade');
  }
}
