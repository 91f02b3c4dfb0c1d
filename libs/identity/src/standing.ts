import type { DataSource } from 'typeorm';
import { z } from 'zod';
import type { Named, NamedInDomain } from './identity-service.js';
import type { TokenScope } from './token-format.js';

/** What the database says about a user in a scope, now. */
export interface Standing {
  readonly user: NamedInDomain;
  readonly project: NamedInDomain | null;
  readonly domain: Named | null;
  /** Assigned in the scope; what they imply is not among them. */
  readonly roleIds: readonly string[];
  readonly userGeneration: number;
  readonly grantGeneration: number;
  readonly revoked: boolean;
}

/**
 * Everything that a token's validity hangs on, in one statement, because this is the path of every cold token: undefined when the
 * user, its domain or the scope is gone or disabled.
 */
export const standingOf = async (
  database: DataSource,
  asked: { userId: string; scope: TokenScope; auditId: string },
): Promise<Standing | undefined> => {
  const scopeId = asked.scope.kind === 'none' ? '' : asked.scope.id;
  const parameters = [asked.auditId, asked.userId, scopeId, scopeId, asked.scope.kind, scopeId, asked.scope.kind, scopeId, asked.userId];
  const [row] = Rows.parse(await database.query(STANDING_SQL, parameters));
  if (!row) return undefined;
  const standing = standingFrom(row);
  const scopeFound = { none: true, project: standing.project !== null, domain: standing.domain !== null };
  return scopeFound[asked.scope.kind] ? standing : undefined;
};

const STANDING_SQL = `
  SELECT u.id userId, u.name userName, u.token_generation userGeneration, ud.id userDomainId, ud.name userDomainName,
    p.id projectId, p.name projectName, pd.id projectDomainId, pd.name projectDomainName, d.id domainId, d.name domainName,
    EXISTS (SELECT 1 FROM identity_revoked_tokens t WHERE t.audit_id = ?) revoked,
    COALESCE((SELECT f.generation FROM identity_grant_fences f WHERE f.user_id = ? AND f.target_id = ?), 0) grantGeneration,
    (SELECT GROUP_CONCAT(a.role_id) FROM identity_role_assignments a WHERE a.user_id = u.id AND a.target_id = ?) roleIds
  FROM identity_users u
  JOIN identity_domains ud ON ud.id = u.domain_id AND ud.enabled = 1
  LEFT JOIN (identity_projects p JOIN identity_domains pd ON pd.id = p.domain_id AND pd.enabled = 1)
    ON ? = 'project' AND p.id = ? AND p.enabled = 1
  LEFT JOIN identity_domains d ON ? = 'domain' AND d.id = ? AND d.enabled = 1
  WHERE u.id = ? AND u.enabled = 1`;

const text = z.string().nullable();
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
  revoked: z.coerce.number(),
  grantGeneration: z.coerce.number(),
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
  userGeneration: row.userGeneration,
  grantGeneration: row.grantGeneration,
  revoked: row.revoked !== 0,
});
