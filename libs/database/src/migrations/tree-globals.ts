import type { MigrationInterface, QueryRunner } from 'typeorm';

/* What the top owns is kept item by item: its process at the top writes them again when it starts. */
const STATEMENTS = [
  'CREATE TABLE IF NOT EXISTS `global_items` (`kind` varchar(16) NOT NULL, `id` varchar(255) COLLATE "utf8mb4_bin" NOT NULL, `version` bigint UNSIGNED NOT NULL, `body` mediumtext NULL, INDEX `global_items_by_version` (`version`), PRIMARY KEY (`kind`, `id`)) ENGINE=InnoDB',
  'UPDATE cell_globals SET version = 0 WHERE NOT EXISTS (SELECT 1 FROM global_items)',
  'ALTER TABLE `cell_globals` DROP COLUMN IF EXISTS `payload`',
];

export class TreeGlobals implements MigrationInterface {
  name = 'TreeGlobals1795415306683';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('schema migrations go forward only: restore the backup taken before the upgrade');
  }
}
