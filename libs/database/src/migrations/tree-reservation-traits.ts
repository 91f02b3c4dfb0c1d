import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATEMENTS = [
  'ALTER TABLE `reservations` ADD COLUMN IF NOT EXISTS `traits` varchar(1000) COLLATE "utf8mb4_bin" NOT NULL DEFAULT \'\'',
];

export class TreeReservationTraits implements MigrationInterface {
  name = 'TreeReservationTraits1795511000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('schema migrations go forward only: restore the backup taken before the upgrade');
  }
}
