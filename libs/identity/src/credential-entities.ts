import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

const ID = { type: 'varchar', length: 64 } as const;
const NAME = { type: 'varchar', length: 255 } as const;

@Entity('identity_application_credentials')
@Unique('identity_application_credentials_name', ['userId', 'name'])
@Index('identity_application_credentials_project', ['projectId'])
export class ApplicationCredentialRow {
  @PrimaryColumn(ID) id: string;
  @Column({ ...ID, name: 'user_id' }) userId: string;
  @Column({ ...ID, name: 'project_id' }) projectId: string;
  @Column(NAME) name: string;
  @Column({ type: 'text' }) description: string;
  @Column({ ...NAME, name: 'secret_hash' }) secretHash: string;
  @Column({ type: 'json', name: 'role_ids' }) roleIds: string[];
  /** It may make and delete application credentials itself. */
  @Column({ type: 'boolean' }) unrestricted: boolean;
  /** Null: every call is allowed. */
  @Column({ type: 'json', name: 'access_rules', nullable: true }) accessRules: AccessRule[] | null;
  /** ms since 1970; null: never. */
  @Column({ type: 'bigint', name: 'expires_at', nullable: true }) expiresAt: string | null;
  /** What was given beyond whole milliseconds, to be told again: it counts for nothing. */
  @Column({ type: 'smallint', name: 'expires_microseconds', default: 0 }) expiresMicroseconds: number;
}

/** One call that an application credential is good for. */
export interface AccessRule {
  readonly id: string;
  /** The service's type: `compute`. */
  readonly service: string;
  readonly method: string;
  /** `*` stands for one part of a path, `**` for any number, `{name}` for one. */
  readonly path: string;
}

@Entity('identity_access_rules')
@Index('identity_access_rules_user', ['userId'])
export class AccessRuleRow implements AccessRule {
  @PrimaryColumn(ID) id: string;
  @Column({ ...ID, name: 'user_id' }) userId: string;
  @Column(ID) service: string;
  @Column({ type: 'varchar', length: 8 }) method: string;
  @Column({ type: 'varchar', length: 255 }) path: string;
}

/** A secret of a user that Identity keeps readable, because signatures are checked with it. */
@Entity('identity_credentials')
@Index('identity_credentials_user', ['userId'])
export class CredentialRow {
  /** Of EC2 credentials: SHA-256 of the access key, as in Keystone. */
  @PrimaryColumn(ID) id: string;
  @Column({ ...ID, name: 'user_id' }) userId: string;
  @Column({ ...ID, name: 'project_id', nullable: true }) projectId: string | null;
  @Column(NAME) type: string;
  /** What Keystone calls the blob; of `ec2` it is JSON with `access` and `secret`. */
  @Column({ type: 'text' }) secret: string;
}

export const credentialEntities = [ApplicationCredentialRow, AccessRuleRow, CredentialRow];
