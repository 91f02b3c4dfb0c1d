import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATEMENTS = [
  'CREATE TABLE IF NOT EXISTS `floating_ips` (`id` char(36) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `project_id` varchar(64) COLLATE "utf8mb4_bin" NOT NULL, `user_id` varchar(64) COLLATE "utf8mb4_bin" NOT NULL, `pool` varchar(64) COLLATE "utf8mb4_bin" NOT NULL, `address` int UNSIGNED NOT NULL, `created_at` bigint UNSIGNED NOT NULL, INDEX `floating_ips_of_project` (`project_id`), UNIQUE INDEX `floating_ip_address` (`pool`, `address`), PRIMARY KEY (`id`)) ENGINE=InnoDB',
];

export class ApiFloatingIps implements MigrationInterface {
  name = 'ApiFloatingIps1795437600001';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('schema migrations go forward only: restore the backup taken before the upgrade');
  }
}
