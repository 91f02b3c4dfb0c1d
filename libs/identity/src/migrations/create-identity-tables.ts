import type { MigrationInterface, QueryRunner } from 'typeorm';

const OPTIONS = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin';

const TABLES = [
  `identity_domains (
    id varchar(64) NOT NULL, name varchar(255) NOT NULL, description text NOT NULL, enabled tinyint NOT NULL,
    PRIMARY KEY (id), UNIQUE KEY identity_domains_name (name))`,
  `identity_projects (
    id varchar(64) NOT NULL, domain_id varchar(64) NOT NULL, name varchar(255) NOT NULL, description text NOT NULL, enabled tinyint NOT NULL,
    PRIMARY KEY (id), UNIQUE KEY identity_projects_name (domain_id, name))`,
  `identity_users (
    id varchar(64) NOT NULL, domain_id varchar(64) NOT NULL, name varchar(255) NOT NULL, email varchar(255) NULL, description text NOT NULL,
    default_project_id varchar(64) NULL, enabled tinyint NOT NULL, password_hash varchar(255) NULL, token_generation int NOT NULL DEFAULT 0,
    PRIMARY KEY (id), UNIQUE KEY identity_users_name (domain_id, name))`,
  `identity_roles (
    id varchar(64) NOT NULL, name varchar(255) NOT NULL, description text NOT NULL,
    PRIMARY KEY (id), UNIQUE KEY identity_roles_name (name))`,
  `identity_role_assignments (
    user_id varchar(64) NOT NULL, target_id varchar(64) NOT NULL, role_id varchar(64) NOT NULL, target_kind varchar(8) NOT NULL,
    PRIMARY KEY (user_id, target_id, role_id), KEY identity_role_assignments_target (target_id))`,
  `identity_grant_fences (
    user_id varchar(64) NOT NULL, target_id varchar(64) NOT NULL, generation int NOT NULL,
    PRIMARY KEY (user_id, target_id))`,
  `identity_revoked_tokens (
    audit_id varchar(64) NOT NULL, expires_at bigint NOT NULL,
    PRIMARY KEY (audit_id), KEY identity_revoked_tokens_expiry (expires_at))`,
  `identity_signing_keys (
    id varchar(64) NOT NULL, secret varchar(128) NOT NULL,
    PRIMARY KEY (id))`,
];

export class CreateIdentityTables1763800000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(`CREATE TABLE IF NOT EXISTS ${table} ${OPTIONS}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(`DROP TABLE IF EXISTS ${table.split(' ', 1)[0]}`);
  }
}
