import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATEMENTS = [
  'CREATE TABLE IF NOT EXISTS `security_groups` (`id` char(36) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `project_id` varchar(64) COLLATE "utf8mb4_bin" NOT NULL, `user_id` varchar(64) COLLATE "utf8mb4_bin" NOT NULL, `name` varchar(255) COLLATE "utf8mb4_bin" NOT NULL, `description` varchar(255) NOT NULL, `created_at` bigint UNSIGNED NOT NULL, UNIQUE INDEX `security_group_of_project` (`project_id`, `name`), PRIMARY KEY (`id`)) ENGINE=InnoDB',
  'CREATE TABLE IF NOT EXISTS `security_group_rules` (`id` char(36) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `group_id` char(36) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `protocol` varchar(8) NULL, `from_port` int NULL, `to_port` int NULL, `cidr` varchar(64) NULL, `peer_id` char(36) CHARACTER SET "ascii" COLLATE "ascii_bin" NULL, `created_at` bigint UNSIGNED NOT NULL, INDEX `security_group_rules_of_group` (`group_id`), INDEX `security_group_rules_of_peer` (`peer_id`), PRIMARY KEY (`id`)) ENGINE=InnoDB',
  'CREATE TABLE IF NOT EXISTS `networking_locks` (`name` varchar(128) COLLATE "utf8mb4_bin" NOT NULL, PRIMARY KEY (`name`)) ENGINE=InnoDB',
  'ALTER TABLE `instances` ADD COLUMN IF NOT EXISTS `security_groups` text NULL',
];

export class ApiSecurityGroups implements MigrationInterface {
  name = 'ApiSecurityGroups1795437600000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('schema migrations go forward only: restore the backup taken before the upgrade');
  }
}
