import type { MigrationInterface, QueryRunner } from 'typeorm';

const OPTIONS = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin';

const TABLES = [
  `images (
    id varchar(36) NOT NULL, name varchar(255) NULL, status varchar(16) NOT NULL, visibility varchar(16) NOT NULL, owner varchar(64) NOT NULL,
    protected tinyint NOT NULL, hidden tinyint NOT NULL, disk_format varchar(16) NULL, container_format varchar(16) NULL,
    min_disk int NOT NULL, min_ram int NOT NULL, size bigint NULL, virtual_size bigint NULL,
    checksum varchar(32) NULL, os_hash_value varchar(128) NULL, tags json NOT NULL, properties json NOT NULL,
    data_key varchar(80) NULL, created_at bigint NOT NULL, updated_at bigint NOT NULL,
    PRIMARY KEY (id), KEY images_owner (owner), KEY images_newest (created_at, id))`,
  `image_signing_keys (
    id varchar(64) NOT NULL, secret varchar(128) NOT NULL,
    PRIMARY KEY (id))`,
];

export class CreateImageTables1763800000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(`CREATE TABLE IF NOT EXISTS ${table} ${OPTIONS}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(`DROP TABLE IF EXISTS ${table.split(' ', 1)[0]}`);
  }
}
