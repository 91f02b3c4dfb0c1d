import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATEMENTS = [
  'CREATE TABLE IF NOT EXISTS `placement_decisions` (`at` bigint UNSIGNED NOT NULL, `sequence` int UNSIGNED NOT NULL, `instance_key` int UNSIGNED NOT NULL, `request_key` int UNSIGNED NOT NULL, `instance_uuid` char(36) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `request_id` varchar(64) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `decision` mediumtext NOT NULL, INDEX `decisions_of_request` (`request_key`), INDEX `decisions_of_instance` (`instance_key`), PRIMARY KEY (`at`, `sequence`)) ENGINE=InnoDB',
];

export class TreePlacementDecisions implements MigrationInterface {
  name = 'TreePlacementDecisions1795415581213';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('schema migrations go forward only: restore the backup taken before the upgrade');
  }
}
