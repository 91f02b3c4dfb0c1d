import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATEMENTS = [
  'CREATE TABLE IF NOT EXISTS `placement_groups` (`uuid` char(36) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `deleted` tinyint NOT NULL DEFAULT 0, PRIMARY KEY (`uuid`)) ENGINE=InnoDB',
];

export class TreeGroups implements MigrationInterface {
  name = 'TreeGroups1795415306684';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('schema migrations go forward only: restore the backup taken before the upgrade');
  }
}
