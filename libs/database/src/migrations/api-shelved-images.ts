import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ApiShelvedImages implements MigrationInterface {
  name = 'ApiShelvedImages1795441000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE `instances` ADD COLUMN IF NOT EXISTS `shelved_image_id` varchar(64) NULL');
  }

  async down(): Promise<void> {
    throw new Error('schema migrations go forward only: restore the backup taken before the upgrade');
  }
}
