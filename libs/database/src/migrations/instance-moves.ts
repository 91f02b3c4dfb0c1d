import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATEMENTS = [
  'ALTER TABLE `instances` ADD COLUMN IF NOT EXISTS `move` text NULL',
  'ALTER TABLE `instances` ADD COLUMN IF NOT EXISTS `other_host` varchar(255) NULL',
];

/** Of both kinds of instances table. */
export class InstanceMoves implements MigrationInterface {
  name = 'InstanceMoves1795430000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('schema migrations go forward only: restore the backup taken before the upgrade');
  }
}
