import type { DataSource } from 'typeorm';
import type { TargetKind } from './entities.js';
import { LINEAGE } from './lineage.js';
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
  /** It is had below its source: in all projects there, or, in an effective list, in this one. */
  readonly inherited: boolean;
  /** What was given, of which this comes: the role or one that implies it, in the target or in what that inherits it from. */
  readonly sourceRoleId: string;
  readonly sourceKind: TargetKind;
  readonly sourceId: string;
  /** Of the group that it was given to, where the actor is one of its members. */
  readonly groupId: string | null;
}

export interface AssignmentFilter {
  readonly userId?: string;
  readonly groupId?: string;
  readonly roleId?: string;
  readonly projectId?: string;
  /** In the projects below that project too. */
  readonly includeSubtree?: boolean;
  readonly domainId?: string;
  readonly system?: boolean;
  readonly inherited?: boolean;
  /** What users have in the end: groups are replaced by members, targets by the projects that inherit from them; implied roles are added. */
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
    const actors = effective ? [USERS, MEMBERS] : [USERS, GROUPS];
    const sql = `${LINEAGE} SELECT * FROM (${actors.map(actor => selectOf(actor, effective)).join(' UNION ')}) found
      WHERE (targetKind = 'system' OR targetName IS NOT NULL) AND ${where} ORDER BY targetName, actorName, roleName, groupId`;
    const found = await this.database.query<(Omit<NamedAssignment, 'inherited'> & { inherited: number })[]>(sql, values);
    const rows = found.map(row => ({ ...row, inherited: row.inherited !== 0 }));
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
      const key = `${row.actorId} ${row.targetId} ${row.roleId} ${row.sourceId}`;
      if (found.has(key)) return;
      found.set(key, row);
      for (const { impliedId } of rules.filter(rule => rule.priorId === row.roleId))
        add({ ...row, roleId: impliedId, roleName: names.get(impliedId) ?? '' });
    };
    for (const row of rows) add(row);
    return [...found.values()].filter(row => !ofDomains.has(row.roleId));
  }
}

const conditionsOf = (filter: AssignmentFilter): { where: string; values: (string | boolean)[] } => {
  const { projectId, effective, inherited, includeSubtree } = filter;
  const wanted: [string, string | boolean | undefined][] = [
    ["actorKind = 'user' AND actorId = ?", filter.userId],
    ["actorKind = 'group' AND actorId = ?", filter.groupId],
    // A role may be had because another implies it.
    ['roleId = ?', effective ? undefined : filter.roleId],
    [`targetKind = 'project' AND targetId ${includeSubtree ? IN_SUBTREE : '= ?'}`, projectId],
    ["targetKind = 'domain' AND targetId = ?", filter.domainId],
    ["targetKind = 'system' AND targetId = ?", filter.system ? 'system' : undefined],
    ['inherited = ?', inherited],
  ];
  const conditions = wanted.flatMap(([sql, value]) => (value === undefined ? [] : [{ sql, value }]));
  return { where: conditions.map(({ sql }) => `(${sql})`).join(' AND ') || '1 = 1', values: conditions.map(({ value }) => value) };
};

const IN_SUBTREE = `IN (SELECT h.id FROM (SELECT ? id) t
  JOIN (SELECT id, id above_id FROM identity_projects UNION ALL SELECT project_id, above_id FROM lineage) h ON h.above_id = t.id)`;

interface Actors {
  readonly kind: 'user' | 'group';
  readonly assignments: string;
  /** From an assignment `a` to its actors `x`. */
  readonly joined: string;
  readonly groupId: string;
}

const USERS: Actors = {
  kind: 'user',
  assignments: 'identity_role_assignments',
  joined: 'JOIN identity_users x ON x.id = a.user_id',
  groupId: 'NULL',
};
const GROUPS: Actors = {
  kind: 'group',
  assignments: 'identity_group_assignments',
  joined: 'JOIN identity_groups x ON x.id = a.group_id',
  groupId: 'NULL',
};
const MEMBERS: Actors = {
  kind: 'user',
  assignments: 'identity_group_assignments',
  joined: 'JOIN identity_group_members m ON m.group_id = a.group_id JOIN identity_users x ON x.id = m.user_id',
  groupId: 'a.group_id',
};

const selectOf = ({ kind, assignments, joined, groupId }: Actors, effective: boolean): string => `SELECT '${kind}' actorKind,
    a.role_id roleId, r.name roleName, x.id actorId, x.name actorName, xd.id actorDomainId, xd.name actorDomainName,
    a.at_kind targetKind, a.at_id targetId, COALESCE(p.name, d.name) targetName, pd.id targetDomainId, pd.name targetDomainName,
    a.inherited, a.role_id sourceRoleId, a.target_kind sourceKind, a.target_id sourceId, ${groupId} groupId
  FROM (${effective ? whereHad(assignments) : `SELECT g.*, target_kind at_kind, target_id at_id FROM ${assignments} g`}) a ${joined}
  JOIN identity_domains xd ON xd.id = x.domain_id JOIN identity_roles r ON r.id = a.role_id
  LEFT JOIN identity_projects p ON a.at_kind = 'project' AND p.id = a.at_id LEFT JOIN identity_domains pd ON pd.id = p.domain_id
  LEFT JOIN identity_domains d ON a.at_kind = 'domain' AND d.id = a.at_id`;

/** What is inherited, in each project that inherits it. */
const whereHad = (assignments: string): string => `
  SELECT g.*, target_kind at_kind, target_id at_id FROM ${assignments} g WHERE inherited = 0 UNION ALL
  SELECT g.*, 'project', l.project_id FROM ${assignments} g JOIN lineage l ON l.above_id = g.target_id WHERE g.inherited = 1`;
