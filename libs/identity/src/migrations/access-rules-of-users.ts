import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLE = `CREATE TABLE IF NOT EXISTS identity_access_rules (
    id varchar(64) NOT NULL, user_id varchar(64) NOT NULL, service varchar(64) NOT NULL, method varchar(8) NOT NULL, path varchar(255) NOT NULL,
    PRIMARY KEY (id), KEY identity_access_rules_user (user_id)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`;

const GIVEN = `INSERT IGNORE INTO identity_access_rules (id, user_id, service, method, path)
  SELECT r.id, c.user_id, r.service, r.method, r.path
  FROM (SELECT user_id, access_rules FROM identity_application_credentials WHERE JSON_TYPE(access_rules) = 'ARRAY') c,
    JSON_TABLE(c.access_rules, '$[*]' COLUMNS (
      id varchar(64) PATH '$.id', service varchar(64) PATH '$.service', method varchar(8) PATH '$.method', path varchar(255) PATH '$.path')) r`;

/** Access rules are their user's, and outlive the application credentials that name them. Those that were given already are found there. */
export class AccessRulesOfUsers1764100000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLE);
    await runner.query(GIVEN);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS identity_access_rules');
  }
}
