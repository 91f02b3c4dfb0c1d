import type { DataSource } from 'typeorm';
import type { TargetKind } from './entities.js';
import type { Roles } from './roles.js';

/** One assignment with the names of all that it joins. */
export interface NamedAssignment {
  readonly roleId: string;
  readonly roleName: string;
  readonly actorKind: 'user' | 'group';
  readonly actorId: string;
  readonly actorName: string;
  readonly actorDomainId: string;
  readonly actorDomainName: string;
  readonly targetKind: TargetKind;
  readonly targetId: string;
  /** Null for the system. */
  readonly targetName: string | null;
  readonly targetDomainId: string | null;
  readonly targetDomainName: string | null;
}

export interface AssignmentFilter {
  readonly userId?: string;
  readonly groupId?: string;
  readonly roleId?: string;
  readonly projectId?: string;
  readonly domainId?: string;
  readonly system?: boolean;
  /** What users have in the end: groups are replaced by their members, and implied roles are added. */
  readonly effective?: boolean;
}

/** Who has which role where, as lists. */
export class AssignmentList {
  constructor(
    private readonly database: DataSource,
    private readonly roles: Roles,
  ) {}

  async list(filter: AssignmentFilter): Promise<NamedAssignment[]> {
    const { effective = false, roleId } = filter;
    const { where, values } = conditionsOf(filter);
    const parts = effective ? [USERS, MEMBERS] : [USERS, GROUPS];
    const sql = `SELECT * FROM (${parts.join(' UNION ')}) found WHERE (targetKind = 'system' OR targetName IS NOT NULL)
      AND ${where} ORDER BY targetName, actorName, roleName`;
    const rows = await this.database.query<NamedAssignment[]>(sql, values);
    if (!effective) return rows;
    const whole = await this.withImplied(rows);
    return roleId === undefined ? whole : whole.filter(row => row.roleId === roleId);
  }

  private async withImplied(rows: readonly NamedAssignment[]): Promise<NamedAssignment[]> {
    const [roles, rules] = await Promise.all([this.roles.list(), this.roles.implications()]);
    const names = new Map(roles.map(({ id, name }) => [id, name]));
    const ofDomains = new Set(roles.flatMap(({ id, domainId }) => (domainId === '' ? [] : [id])));
    const found = new Map<string, NamedAssignment>();
    const add = (row: NamedAssignment): void => {
      const key = `${row.actorId} ${row.targetId} ${row.roleId}`;
      if (found.has(key)) return;
      found.set(key, row);
      for (const { impliedId } of rules.filter(rule => rule.priorId === row.roleId))
        add({ ...row, roleId: impliedId, roleName: names.get(impliedId) ?? '' });
    };
    for (const row of rows) add(row);
    return [...found.values()].filter(row => !ofDomains.has(row.roleId));
  }
}

const conditionsOf = (filter: AssignmentFilter): { where: string; values: string[] } => {
  const wanted: [string, string | undefined][] = [
    ["actorKind = 'user' AND actorId = ?", filter.userId],
    ["actorKind = 'group' AND actorId = ?", filter.groupId],
    // A role may be had because another implies it.
    ['roleId = ?', filter.effective ? undefined : filter.roleId],
    ["targetKind = 'project' AND targetId = ?", filter.projectId],
    ["targetKind = 'domain' AND targetId = ?", filter.domainId],
    ["targetKind = 'system' AND targetId = ?", filter.system ? 'system' : undefined],
  ];
  const conditions = wanted.flatMap(([sql, value]) => (value === undefined ? [] : [{ sql, value }]));
  return { where: conditions.map(({ sql }) => `(${sql})`).join(' AND ') || '1 = 1', values: conditions.map(({ value }) => value) };
};

const COLUMNS = `a.role_id roleId, r.name roleName, x.id actorId, x.name actorName, xd.id actorDomainId, xd.name actorDomainName,
  a.target_kind targetKind, a.target_id targetId, COALESCE(p.name, d.name) targetName, pd.id targetDomainId, pd.name targetDomainName`;
const JOINS = `JOIN identity_domains xd ON xd.id = x.domain_id JOIN identity_roles r ON r.id = a.role_id
  LEFT JOIN identity_projects p ON a.target_kind = 'project' AND p.id = a.target_id LEFT JOIN identity_domains pd ON pd.id = p.domain_id
  LEFT JOIN identity_domains d ON a.target_kind = 'domain' AND d.id = a.target_id`;

const USERS = `SELECT 'user' actorKind, ${COLUMNS} FROM identity_role_assignments a JOIN identity_users x ON x.id = a.user_id ${JOINS}`;
const GROUPS = `SELECT 'group' actorKind, ${COLUMNS} FROM identity_group_assignments a JOIN identity_groups x ON x.id = a.group_id ${JOINS}`;
const MEMBERS = `SELECT 'user' actorKind, ${COLUMNS} FROM identity_group_assignments a
  JOIN identity_group_members m ON m.group_id = a.group_id JOIN identity_users x ON x.id = m.user_id ${JOINS}`;
