import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import { catalogEntities } from './catalog-entities.js';
import { credentialEntities } from './credential-entities.js';
import type { Extra } from './extra.js';
import { groupEntities } from './group-entities.js';

const ID = { type: 'varchar', length: 64 } as const;
const NAME = { type: 'varchar', length: 255 } as const;

@Entity('identity_domains')
@Unique('identity_domains_name', ['name'])
export class DomainRow {
  @PrimaryColumn(ID) id: string;
  @Column(NAME) name: string;
  @Column({ type: 'text' }) description: string;
  @Column({ type: 'boolean' }) enabled: boolean;
  @Column({ type: 'json', nullable: true }) extra: Extra | null;
}

@Entity('identity_projects')
@Unique('identity_projects_name', ['domainId', 'name'])
export class ProjectRow {
  @PrimaryColumn(ID) id: string;
  @Column({ ...ID, name: 'domain_id' }) domainId: string;
  /** Null: it is directly below its domain. */
  @Column({ ...ID, name: 'parent_id', nullable: true }) parentId: string | null;
  @Column({ type: 'json', nullable: true }) tags: string[] | null;
  @Column(NAME) name: string;
  @Column({ type: 'text' }) description: string;
  @Column({ type: 'boolean' }) enabled: boolean;
  @Column({ type: 'json', nullable: true }) extra: Extra | null;
}

@Entity('identity_users')
@Unique('identity_users_name', ['domainId', 'name'])
export class UserRow {
  @PrimaryColumn(ID) id: string;
  @Column({ ...ID, name: 'domain_id' }) domainId: string;
  @Column(NAME) name: string;
  @Column({ ...NAME, nullable: true }) email: string | null;
  @Column({ type: 'text' }) description: string;
  @Column({ ...ID, name: 'default_project_id', nullable: true }) defaultProjectId: string | null;
  @Column({ type: 'boolean' }) enabled: boolean;
  /** Null: nobody can log in with a password. */
  @Column({ ...NAME, name: 'password_hash', nullable: true }) passwordHash: string | null;
  /** Tokens carry the value of their issue and die when it changes. */
  @Column({ type: 'int', name: 'token_generation', default: 0 }) tokenGeneration: number;
  @Column({ type: 'json', nullable: true }) extra: Extra | null;
}

@Entity('identity_roles')
@Unique('identity_roles_domain_name', ['domainId', 'name'])
export class RoleRow {
  @PrimaryColumn(ID) id: string;
  /** Empty: of all domains. One of a domain counts for the roles that it implies only. */
  @Column({ ...ID, name: 'domain_id', default: '' }) domainId: string;
  @Column(NAME) name: string;
  @Column({ type: 'text' }) description: string;
  @Column({ type: 'json', nullable: true }) extra: Extra | null;
}

@Entity('identity_role_assignments')
@Index('identity_role_assignments_target', ['targetId'])
export class RoleAssignmentRow {
  @PrimaryColumn({ ...ID, name: 'user_id' }) userId: string;
  /** A project's or a domain's id, or `system`; see targetKind. */
  @PrimaryColumn({ ...ID, name: 'target_id' }) targetId: string;
  @PrimaryColumn({ ...ID, name: 'role_id' }) roleId: string;
  /** It is had in the projects below the target, and not in the target. */
  @PrimaryColumn({ type: 'boolean', default: false }) inherited: boolean;
  @Column({ type: 'varchar', length: 8, name: 'target_kind' }) targetKind: TargetKind;
}

export type TargetKind = 'project' | 'domain' | 'system';

/** How often roles of a user in a target, or those inherited from it, were taken away. Absent means never. */
@Entity('identity_grant_fences')
export class GrantFenceRow {
  @PrimaryColumn({ ...ID, name: 'user_id' }) userId: string;
  @PrimaryColumn({ ...ID, name: 'target_id' }) targetId: string;
  @PrimaryColumn({ type: 'boolean', default: false }) inherited: boolean;
  @Column({ type: 'int' }) generation: number;
}

@Entity('identity_revoked_tokens')
@Index('identity_revoked_tokens_expiry', ['expiresAt'])
export class RevokedTokenRow {
  @PrimaryColumn({ ...ID, name: 'audit_id' }) auditId: string;
  /** ms since 1970: afterwards the token is refused anyway, and the row may go. */
  @Column({ type: 'bigint', name: 'expires_at' }) expiresAt: string;
}

@Entity('identity_signing_keys')
export class SigningKeyRow {
  @PrimaryColumn(ID) id: string;
  /** Base64. */
  @Column({ type: 'varchar', length: 128 }) secret: string;
}

export const identityEntities = [
  DomainRow,
  ProjectRow,
  UserRow,
  RoleRow,
  RoleAssignmentRow,
  GrantFenceRow,
  RevokedTokenRow,
  SigningKeyRow,
  ...groupEntities,
  ...credentialEntities,
  ...catalogEntities,
];
