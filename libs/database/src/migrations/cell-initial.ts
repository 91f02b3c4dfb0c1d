import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATEMENTS = [
  "CREATE TABLE IF NOT EXISTS `instances` (`uuid` char(36) CHARACTER SET \"ascii\" COLLATE \"ascii_bin\" NOT NULL, `epoch` int UNSIGNED NOT NULL DEFAULT '0', `generation` int UNSIGNED NOT NULL DEFAULT '0', `order_epoch` int UNSIGNED NOT NULL DEFAULT '0', `placed_epoch` int UNSIGNED NOT NULL DEFAULT '0', `highest_epoch` int UNSIGNED NOT NULL DEFAULT '0', `next_hop` varchar(63) NULL, `cell_path` varchar(255) CHARACTER SET \"ascii\" COLLATE \"ascii_bin\" NULL, `host` varchar(255) NULL, `node` varchar(255) NULL, `vm_state` varchar(24) NOT NULL DEFAULT 'building', `task_state` varchar(32) NULL, `power_state` tinyint UNSIGNED NOT NULL DEFAULT '0', `launched_at` bigint UNSIGNED NULL, `updated_at` bigint UNSIGNED NOT NULL DEFAULT '0', `deleted_at` bigint UNSIGNED NULL, `fault` text NULL, `placement` mediumtext NULL, `claim` varchar(100) NULL, INDEX `instances_by_host` (`host`), PRIMARY KEY (`uuid`)) ENGINE=InnoDB",
];

export class CellInitial implements MigrationInterface {
  name = 'CellInitial1795407538501';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('schema migrations go forward only: restore the backup taken before the upgrade');
  }
}
