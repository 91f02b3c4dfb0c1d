import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATEMENTS = ['CREATE INDEX IF NOT EXISTS `instances_by_other_host` ON `instances` (`other_host`)'];

export class CellInstancesByOtherHost implements MigrationInterface {
  name = 'CellInstancesByOtherHost1795430000001';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('schema migrations go forward only: restore the backup taken before the upgrade');
  }
}
