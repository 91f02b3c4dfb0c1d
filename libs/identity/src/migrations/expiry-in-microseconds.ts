import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLE = 'identity_application_credentials';

/** Keystone tells the end of an application credential to the microsecond, as it was given. */
export class ExpiryInMicroseconds1764000000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE ${TABLE} ADD COLUMN IF NOT EXISTS expires_microseconds smallint NOT NULL DEFAULT 0`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE ${TABLE} DROP COLUMN IF EXISTS expires_microseconds`);
  }
}
