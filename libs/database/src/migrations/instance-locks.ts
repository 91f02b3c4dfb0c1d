import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Of both kinds of instances table. Safe to run twice: the process may die between two statements, which are committed one by one. */
export class InstanceLocks implements MigrationInterface {
  name = 'InstanceLocks1795415893000';

  async up(runner: QueryRunner): Promise<void> {
    for (const [column, type] of [
      ['locked_by', 'varchar(8) NULL'],
      ['locked_reason', 'varchar(255) NULL'],
    ] as const) {
      if (!(await runner.hasColumn('instances', column))) await runner.query(`ALTER TABLE \`instances\` ADD \`${column}\` ${type}`);
    }
  }

  async down(): Promise<void> {
    throw new Error('schema migrations go forward only: restore the backup taken before the upgrade');
  }
}
