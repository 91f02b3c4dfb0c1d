import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATEMENTS = [
  'CREATE TABLE IF NOT EXISTS `cell_joins` (`name` varchar(63) NOT NULL, `token_hash` char(64) CHARACTER SET "ascii" COLLATE "ascii_bin" NULL, `expires_at` bigint UNSIGNED NOT NULL DEFAULT \'0\', `account` varchar(255) NULL, `password_hash` char(48) CHARACTER SET "ascii" COLLATE "ascii_bin" NULL, `redeemed_at` bigint UNSIGNED NULL, `joined_at` bigint UNSIGNED NULL, `removed_at` bigint UNSIGNED NULL, PRIMARY KEY (`name`)) ENGINE=InnoDB',
];

export class TreeCellJoins implements MigrationInterface {
  name = 'TreeCellJoins1795415654094';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('schema migrations go forward only: restore the backup taken before the upgrade');
  }
}
