import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATEMENTS = [
  'CREATE TABLE IF NOT EXISTS `request_specs` (`uuid` char(36) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `spec` mediumtext NOT NULL, PRIMARY KEY (`uuid`)) ENGINE=InnoDB',
  'CREATE TABLE IF NOT EXISTS `workflows` (`subject` char(36) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `run_after` bigint UNSIGNED NOT NULL, `kind` varchar(63) NOT NULL, `step` varchar(63) NOT NULL, `body` mediumtext NOT NULL, INDEX `workflows_due` (`run_after`), PRIMARY KEY (`subject`)) ENGINE=InnoDB',
  "CREATE TABLE IF NOT EXISTS `hosts` (`host` varchar(63) NOT NULL, `generation` bigint UNSIGNED NOT NULL DEFAULT '0', `zone` varchar(255) NOT NULL, `enabled` tinyint NOT NULL DEFAULT 1, `disabled_reason` varchar(255) NULL, `reported_epoch` bigint UNSIGNED NOT NULL DEFAULT '0', `reported_generation` bigint UNSIGNED NOT NULL DEFAULT '0', `last_seen_at` bigint UNSIGNED NOT NULL DEFAULT '0', `total_vcpus` int UNSIGNED NOT NULL DEFAULT '0', `total_memory_mb` bigint NOT NULL DEFAULT '0', `total_disk_gb` bigint NOT NULL DEFAULT '0', `reserved_vcpus` int UNSIGNED NOT NULL DEFAULT '0', `reserved_memory_mb` bigint NOT NULL DEFAULT '0', `reserved_disk_gb` bigint NOT NULL DEFAULT '0', `cpu_allocation_ratio` double NOT NULL DEFAULT '1', `used_vcpus` int NOT NULL DEFAULT '0', `used_memory_mb` bigint NOT NULL DEFAULT '0', `used_disk_gb` bigint NOT NULL DEFAULT '0', `claims` int NOT NULL DEFAULT '0', `hypervisor_type` varchar(64) NOT NULL, `node` varchar(255) NOT NULL, `traits` text NOT NULL, `architecture` varchar(32) NULL, `running_guests` int UNSIGNED NOT NULL DEFAULT '0', PRIMARY KEY (`host`)) ENGINE=InnoDB",
  'CREATE TABLE IF NOT EXISTS `host_inventories` (`host` varchar(63) NOT NULL, `inventory` text NOT NULL, PRIMARY KEY (`host`)) ENGINE=InnoDB',
  "CREATE TABLE IF NOT EXISTS `child_cells` (`name` varchar(63) NOT NULL, `enabled` tinyint NOT NULL DEFAULT 1, `weight_offset` double NOT NULL DEFAULT '0', `report_number` bigint UNSIGNED NOT NULL DEFAULT '0', `report` mediumtext NULL, `last_seen_at` bigint UNSIGNED NOT NULL DEFAULT '0', PRIMARY KEY (`name`)) ENGINE=InnoDB",
  "CREATE TABLE IF NOT EXISTS `reservations` (`instance_uuid` char(36) CHARACTER SET \"ascii\" COLLATE \"ascii_bin\" NOT NULL, `child` varchar(63) NOT NULL, `epoch` int UNSIGNED NOT NULL DEFAULT '0', `vcpus` int UNSIGNED NOT NULL DEFAULT '0', `memory_mb` bigint NOT NULL DEFAULT '0', `disk_gb` bigint NOT NULL DEFAULT '0', `zone` varchar(255) NULL, `counted_from` bigint UNSIGNED NULL, `expires_at` bigint UNSIGNED NOT NULL, INDEX `reservations_by_expiry` (`expires_at`), INDEX `reservations_by_child` (`child`, `counted_from`), PRIMARY KEY (`instance_uuid`)) ENGINE=InnoDB",
  'CREATE TABLE IF NOT EXISTS `outbox` (`sequence` bigint UNSIGNED NOT NULL AUTO_INCREMENT, `id` char(36) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `destination` varchar(80) NOT NULL, `body` mediumtext NOT NULL, `lease_until` bigint UNSIGNED NOT NULL, `attempts` int UNSIGNED NOT NULL DEFAULT \'0\', INDEX `outbox_waiting` (`lease_until`), UNIQUE INDEX `IDX_340ab539f309f03bdaa14aa764` (`id`), PRIMARY KEY (`sequence`)) ENGINE=InnoDB',
  'CREATE TABLE IF NOT EXISTS `inbox` (`id` varchar(100) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `received_at` bigint UNSIGNED NOT NULL, INDEX `inbox_by_time` (`received_at`), PRIMARY KEY (`id`)) ENGINE=InnoDB',
  'CREATE TABLE IF NOT EXISTS `parked_messages` (`id` varchar(100) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `method` varchar(100) NOT NULL, `parked_at` bigint UNSIGNED NOT NULL, `reason` text NOT NULL, `envelope` mediumtext NOT NULL, PRIMARY KEY (`id`)) ENGINE=InnoDB',
  "CREATE TABLE IF NOT EXISTS `leases` (`name` varchar(63) NOT NULL, `owner` varchar(100) NOT NULL, `held_until` bigint UNSIGNED NOT NULL, `seconds` int UNSIGNED NOT NULL DEFAULT '0', PRIMARY KEY (`name`)) ENGINE=InnoDB",
  "CREATE TABLE IF NOT EXISTS `cell_globals` (`id` tinyint UNSIGNED NOT NULL, `version` bigint UNSIGNED NOT NULL DEFAULT '0', `payload` mediumtext NOT NULL, PRIMARY KEY (`id`)) ENGINE=InnoDB",
];

export class TreeInitial implements MigrationInterface {
  name = 'TreeInitial1795407537193';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('schema migrations go forward only: restore the backup taken before the upgrade');
  }
}
