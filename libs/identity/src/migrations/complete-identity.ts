import type { MigrationInterface, QueryRunner } from 'typeorm';

const OPTIONS = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin';

const TABLES = [
  `identity_groups (
    id varchar(64) NOT NULL, domain_id varchar(64) NOT NULL, name varchar(255) NOT NULL, description text NOT NULL,
    PRIMARY KEY (id), UNIQUE KEY identity_groups_name (domain_id, name))`,
  `identity_group_members (
    group_id varchar(64) NOT NULL, user_id varchar(64) NOT NULL,
    PRIMARY KEY (group_id, user_id), KEY identity_group_members_user (user_id))`,
  `identity_group_assignments (
    group_id varchar(64) NOT NULL, target_id varchar(64) NOT NULL, role_id varchar(64) NOT NULL, target_kind varchar(8) NOT NULL,
    PRIMARY KEY (group_id, target_id, role_id), KEY identity_group_assignments_target (target_id))`,
  `identity_implied_roles (
    prior_id varchar(64) NOT NULL, implied_id varchar(64) NOT NULL,
    PRIMARY KEY (prior_id, implied_id))`,
  `identity_counters (
    name varchar(64) NOT NULL, value int NOT NULL,
    PRIMARY KEY (name))`,
  `identity_application_credentials (
    id varchar(64) NOT NULL, user_id varchar(64) NOT NULL, project_id varchar(64) NOT NULL, name varchar(255) NOT NULL,
    description text NOT NULL, secret_hash varchar(255) NOT NULL, role_ids json NOT NULL, unrestricted tinyint NOT NULL,
    access_rules json NULL, expires_at bigint NULL,
    PRIMARY KEY (id), UNIQUE KEY identity_application_credentials_name (user_id, name),
    KEY identity_application_credentials_project (project_id))`,
  `identity_credentials (
    id varchar(64) NOT NULL, user_id varchar(64) NOT NULL, project_id varchar(64) NULL, type varchar(255) NOT NULL, secret text NOT NULL,
    PRIMARY KEY (id), KEY identity_credentials_user (user_id))`,
  `identity_services (
    id varchar(64) NOT NULL, type varchar(255) NOT NULL, name varchar(255) NOT NULL, description text NOT NULL, enabled tinyint NOT NULL,
    PRIMARY KEY (id))`,
  `identity_endpoints (
    id varchar(64) NOT NULL, service_id varchar(64) NOT NULL, region_id varchar(255) NULL, interface varchar(8) NOT NULL, url text NOT NULL,
    enabled tinyint NOT NULL,
    PRIMARY KEY (id), KEY identity_endpoints_service (service_id))`,
  `identity_regions (
    id varchar(255) NOT NULL, description text NOT NULL, parent_region_id varchar(255) NULL,
    PRIMARY KEY (id))`,
];

const COLUMNS = ['ADD COLUMN IF NOT EXISTS parent_id varchar(64) NULL', 'ADD COLUMN IF NOT EXISTS tags json NULL'];

/** What deployments had by code before: written down, so that it can be changed. A fresh database gets it when its roles are made. */
const IMPLIED = `INSERT IGNORE INTO identity_implied_roles (prior_id, implied_id)
  SELECT p.id, i.id FROM identity_roles p JOIN identity_roles i
  ON (p.name, i.name) IN (('admin', 'manager'), ('manager', 'member'), ('member', 'reader'))`;

export class CompleteIdentity1763900000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(`CREATE TABLE IF NOT EXISTS ${table} ${OPTIONS}`);
    await runner.query(`ALTER TABLE identity_projects ${COLUMNS.join(', ')}`);
    await runner.query(IMPLIED);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(`DROP TABLE IF EXISTS ${table.split(' ', 1)[0]}`);
    await runner.query('ALTER TABLE identity_projects DROP COLUMN IF EXISTS parent_id, DROP COLUMN IF EXISTS tags');
  }
}
