import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATEMENTS = [
  'CREATE TABLE IF NOT EXISTS `quota_user_overrides` (`project_id` varchar(64) NOT NULL, `user_id` varchar(64) NOT NULL, `resource` varchar(64) NOT NULL, `hard_limit` int NOT NULL, PRIMARY KEY (`project_id`, `user_id`, `resource`)) ENGINE=InnoDB',
];

export class ApiUserQuotas implements MigrationInterface {
  name = 'ApiUserQuotas1795425600000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('schema migrations go forward only: restore the backup taken before the upgrade');
  }
}
