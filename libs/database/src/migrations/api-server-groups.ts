import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATEMENTS = [
  'CREATE TABLE IF NOT EXISTS `server_groups` (`id` int UNSIGNED NOT NULL AUTO_INCREMENT, `uuid` char(36) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `project_id` varchar(64) NOT NULL, `user_id` varchar(64) NOT NULL, `name` varchar(255) NOT NULL, `policy` varchar(32) NOT NULL, `max_server_per_host` int UNSIGNED NULL, `created_at` bigint UNSIGNED NOT NULL, INDEX `server_groups_by_project` (`project_id`), UNIQUE INDEX `server_group_uuid` (`uuid`), PRIMARY KEY (`id`)) ENGINE=InnoDB',
  'CREATE TABLE IF NOT EXISTS `server_group_owners` (`project_id` varchar(64) COLLATE "utf8mb4_bin" NOT NULL, PRIMARY KEY (`project_id`)) ENGINE=InnoDB',
];

export class ApiServerGroups implements MigrationInterface {
  name = 'ApiServerGroups1795415306689';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('schema migrations go forward only: restore the backup taken before the upgrade');
  }
}
