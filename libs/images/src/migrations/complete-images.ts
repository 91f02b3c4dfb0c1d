import type { MigrationInterface, QueryRunner } from 'typeorm';

const OPTIONS = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin';

const TABLES = [
  `image_members (
    image_id varchar(36) NOT NULL, member_id varchar(64) NOT NULL, status varchar(16) NOT NULL, created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    PRIMARY KEY (image_id, member_id), KEY image_members_member (member_id, status))`,
  `image_tasks (
    id varchar(36) NOT NULL, image_id varchar(36) NOT NULL, owner varchar(64) NOT NULL, user_id varchar(64) NOT NULL,
    request_id varchar(64) NOT NULL, method varchar(64) NOT NULL, created_at bigint NOT NULL,
    PRIMARY KEY (id), KEY image_tasks_image (image_id), KEY image_tasks_newest (created_at, id))`,
];

export class CompleteImages1763900000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(`CREATE TABLE IF NOT EXISTS ${table} ${OPTIONS}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(`DROP TABLE IF EXISTS ${table.split(' ', 1)[0]}`);
  }
}
