import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATEMENTS = [
  'CREATE TABLE IF NOT EXISTS `cell_mirrors` (`path` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `epoch` bigint UNSIGNED NOT NULL, `generation` bigint UNSIGNED NOT NULL, `received_at` bigint UNSIGNED NOT NULL, `gone` tinyint NOT NULL DEFAULT 0, `status` mediumtext NOT NULL, INDEX `cell_mirrors_by_time` (`received_at`), PRIMARY KEY (`path`)) ENGINE=InnoDB',
];

export class TreeCellMirrors implements MigrationInterface {
  name = 'TreeCellMirrors1795416000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('schema migrations go forward only: restore the backup taken before the upgrade');
  }
}
