import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATEMENTS = [
  'CREATE TABLE IF NOT EXISTS `migrations` (`id` bigint UNSIGNED NOT NULL AUTO_INCREMENT, `uuid` char(36) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `instance_uuid` char(36) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `epoch` int UNSIGNED NOT NULL DEFAULT 0, `generation` int UNSIGNED NOT NULL DEFAULT 0, `type` varchar(16) NOT NULL, `status` varchar(16) NOT NULL, `source_host` varchar(255) NULL, `dest_host` varchar(255) NULL, `user_id` varchar(64) NOT NULL, `project_id` varchar(64) NOT NULL, `created_at` bigint UNSIGNED NOT NULL, `updated_at` bigint UNSIGNED NOT NULL, `move` text NOT NULL, INDEX `migrations_by_instance` (`instance_uuid`, `id`), INDEX `migrations_by_change` (`updated_at`), UNIQUE INDEX `migration_uuid` (`uuid`), PRIMARY KEY (`id`)) ENGINE=InnoDB',
];

export class ApiMigrations implements MigrationInterface {
  name = 'ApiMigrations1795430000002';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('schema migrations go forward only: restore the backup taken before the upgrade');
  }
}
