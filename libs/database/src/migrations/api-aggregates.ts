import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATEMENTS = [
  'CREATE TABLE IF NOT EXISTS `aggregates` (`id` int UNSIGNED NOT NULL AUTO_INCREMENT, `uuid` char(36) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `name` varchar(255) COLLATE "utf8mb4_bin" NOT NULL, `metadata` mediumtext NOT NULL, `created_at` bigint UNSIGNED NOT NULL, `updated_at` bigint UNSIGNED NULL, UNIQUE INDEX `aggregate_uuid` (`uuid`), UNIQUE INDEX `aggregate_name` (`name`), PRIMARY KEY (`id`)) ENGINE=InnoDB',
  'CREATE TABLE IF NOT EXISTS `aggregate_hosts` (`aggregate_id` int UNSIGNED NOT NULL, `host` varchar(255) COLLATE "utf8mb4_bin" NOT NULL, INDEX `aggregates_of_host` (`host`), PRIMARY KEY (`aggregate_id`, `host`)) ENGINE=InnoDB',
];

export class ApiAggregates implements MigrationInterface {
  name = 'ApiAggregates1795415306688';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('schema migrations go forward only: restore the backup taken before the upgrade');
  }
}
