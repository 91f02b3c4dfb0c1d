import type { DataSource } from 'typeorm';
import { z } from 'zod';
import type { AccessRule } from './credential-entities.js';
import type { Named, NamedInDomain } from './identity-service.js';
import { ABOVE_ONE } from './lineage.js';
import { scopeIdOf, type TokenScope } from './token-format.js';

/** What the database says about a user in a scope, now. */
export interface Standing {
  readonly user: NamedInDomain;
  readonly project: NamedInDomain | null;
  readonly domain: Named | null;
  /** Assigned in the scope or inherited from above it, to the user or to a group it is in; what they imply is not among them. */
  readonly roleIds: readonly string[];
  /** Of the roles and what they imply: see RoleDirectory. */
  readonly rolesVersion: number;
  readonly userGeneration: number;
  readonly grantGeneration: number;
  readonly revoked: boolean;
  /** Null when none was asked about, or it is gone. */
  readonly applicationCredential: StandingCredential | null;
}

export interface StandingCredential {
  readonly id: string;
  readonly roleIds: readonly string[];
  readonly unrestricted: boolean;
  readonly accessRules: readonly AccessRule[] | null;
  /** ms since 1970; null: never. */
  readonly expiresAt: number | null;
}

export interface StandingQuestion {
  readonly userId: string;
  readonly scope: TokenScope;
  readonly auditId: string;
  readonly applicationCredentialId?: string | undefined;
}

/**
 * Everything that a token's validity hangs on, in one statement, because this is the path of every cold token: undefined when the
 * user, its domain or the scope is gone or disabled.
 */
export const standingOf = async (database: DataSource, asked: StandingQuestion): Promise<Standing | undefined> => {
  const scopeId = scopeIdOf(asked.scope);
  const { userId, auditId, applicationCredentialId = '' } = asked;
  const { kind } = asked.scope;
  const roles = [userId, scopeId, userId, scopeId];
  const parameters = [scopeId, auditId, userId, scopeId, ...roles, kind, scopeId, kind, scopeId, applicationCredentialId, userId];
  const [row] = Rows.parse(await database.query(STANDING_SQL, parameters));
  if (!row) return undefined;
  const standing = standingFrom(row);
  const scopeFound = { none: true, system: true, project: standing.project !== null, domain: standing.domain !== null };
  return scopeFound[kind] ? standing : undefined;
};

/** What holds in the scope itself, or is inherited from above it. */
const HOLDS = '((inherited = 0 AND target_id = ?) OR (inherited = 1 AND target_id IN (SELECT id FROM above)))';

const STANDING_SQL = `${ABOVE_ONE}
  SELECT u.id userId, u.name userName, u.token_generation userGeneration, ud.id userDomainId, ud.name userDomainName,
    p.id projectId, p.name projectName, pd.id projectDomainId, pd.name projectDomainName, d.id domainId, d.name domainName,
    c.id credentialId, c.role_ids credentialRoles, c.unrestricted, c.access_rules accessRules, c.expires_at credentialExpiresAt,
    EXISTS (SELECT 1 FROM identity_revoked_tokens t WHERE t.audit_id = ?) revoked,
    COALESCE((SELECT SUM(generation) FROM identity_grant_fences WHERE user_id = ? AND ${HOLDS}), 0) grantGeneration,
    COALESCE((SELECT v.value FROM identity_counters v WHERE v.name = 'roles'), 0) rolesVersion,
    (SELECT GROUP_CONCAT(r.role_id) FROM (
      SELECT role_id FROM identity_role_assignments WHERE user_id = ? AND ${HOLDS}
      UNION SELECT ga.role_id FROM identity_group_members m JOIN identity_group_assignments ga ON ga.group_id = m.group_id
      WHERE m.user_id = ? AND ${HOLDS}) r) roleIds
  FROM identity_users u
  JOIN identity_domains ud ON ud.id = u.domain_id AND ud.enabled = 1
  LEFT JOIN (identity_projects p JOIN identity_domains pd ON pd.id = p.domain_id AND pd.enabled = 1)
    ON ? = 'project' AND p.id = ? AND p.enabled = 1
  LEFT JOIN identity_domains d ON ? = 'domain' AND d.id = ? AND d.enabled = 1
  LEFT JOIN identity_application_credentials c ON c.id = ? AND c.user_id = u.id
  WHERE u.id = ? AND u.enabled = 1`;

const text = z.string().nullable();
/** JSON comes as text or parsed, as the driver's version pleases. */
const json = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess(value => (typeof value === 'string' ? JSON.parse(value) : value), schema);
const Row = z.object({
  userId: z.string(),
  userName: z.string(),
  userGeneration: z.number(),
  userDomainId: z.string(),
  userDomainName: z.string(),
  projectId: text,
  projectName: text,
  projectDomainId: text,
  projectDomainName: text,
  domainId: text,
  domainName: text,
  credentialId: text,
  credentialRoles: json(z.array(z.string()).nullable()),
  unrestricted: z.coerce.number(),
  accessRules: json(z.array(z.object({ id: z.string(), service: z.string(), method: z.string(), path: z.string() })).nullable()),
  credentialExpiresAt: z.coerce.number().nullable(),
  revoked: z.coerce.number(),
  grantGeneration: z.coerce.number(),
  rolesVersion: z.coerce.number(),
  roleIds: text,
});
const Rows = z.array(Row);

const standingFrom = (row: z.infer<typeof Row>): Standing => ({
  user: { id: row.userId, name: row.userName, domain: { id: row.userDomainId, name: row.userDomainName } },
  project:
    row.projectId === null
      ? null
      : { id: row.projectId, name: row.projectName ?? '', domain: { id: row.projectDomainId ?? '', name: row.projectDomainName ?? '' } },
  domain: row.domainId === null ? null : { id: row.domainId, name: row.domainName ?? '' },
  roleIds: row.roleIds?.split(',') ?? [],
  rolesVersion: row.rolesVersion,
  userGeneration: row.userGeneration,
  grantGeneration: row.grantGeneration,
  revoked: row.revoked !== 0,
  applicationCredential:
    row.credentialId === null
      ? null
      : {
          id: row.credentialId,
          roleIds: row.credentialRoles ?? [],
          unrestricted: row.unrestricted !== 0,
          accessRules: row.accessRules,
          expiresAt: row.credentialExpiresAt,
        },
});
