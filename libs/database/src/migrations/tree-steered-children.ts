import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATEMENTS = [
  'ALTER TABLE `child_cells` ADD COLUMN IF NOT EXISTS `disabled_reason` varchar(255) NULL',
  "ALTER TABLE `child_cells` ADD COLUMN IF NOT EXISTS `draining` tinyint UNSIGNED NOT NULL DEFAULT '0'",
  'ALTER TABLE `child_cells` ADD COLUMN IF NOT EXISTS `drain_from` int UNSIGNED NULL',
  "ALTER TABLE `child_cells` ADD COLUMN IF NOT EXISTS `weight_scale` double NOT NULL DEFAULT '1'",
  'ALTER TABLE `child_cells` ADD COLUMN IF NOT EXISTS `quota` varchar(255) NULL',
];

export class TreeSteeredChildren implements MigrationInterface {
  name = 'TreeSteeredChildren1795415400000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('schema migrations go forward only: restore the backup taken before the upgrade');
  }
}
