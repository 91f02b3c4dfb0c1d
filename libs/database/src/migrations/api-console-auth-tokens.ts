import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATEMENTS = [
  'CREATE TABLE IF NOT EXISTS `console_auth_tokens` (`token_hash` char(64) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `instance_uuid` char(36) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `console_type` varchar(16) NOT NULL, `expires_at` bigint UNSIGNED NOT NULL, INDEX `console_auth_tokens_by_expiry` (`expires_at`), PRIMARY KEY (`token_hash`)) ENGINE=InnoDB',
];

export class ApiConsoleAuthTokens implements MigrationInterface {
  name = 'ApiConsoleAuthTokens1795427200000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('schema migrations go forward only: restore the backup taken before the upgrade');
  }
}
