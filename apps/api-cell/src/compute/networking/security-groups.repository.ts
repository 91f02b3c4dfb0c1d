import type { EntityManager } from 'typeorm';
import type { Row, Sql } from '../api/index.js';
import type { Allowed } from './rule-of-body.js';
import type { SecurityGroup, SecurityGroupRule } from './security-group.js';

type Read = Sql['rows'];

const RULES = `SELECT r.id, r.group_id, r.protocol, r.from_port, r.to_port, r.cidr, r.peer_id, p.name AS peer_name, p.project_id AS peer_project
  FROM security_group_rules r LEFT JOIN security_groups p ON p.id = r.peer_id`;

/** Which groups: all of a project (null: of all projects), or those with these ids. */
export type GroupFilter = { readonly projectId: string | null } | { readonly ids: readonly string[] };

/** With their rules, in the order of their making. */
export const listGroups = async (read: Read, filter: GroupFilter): Promise<SecurityGroup[]> => {
  const { where, values } = conditionOf(filter);
  const rows = await read(`SELECT id, project_id, name, description FROM security_groups WHERE ${where} ORDER BY created_at, id`, values);
  if (rows.length === 0) return [];
  const rulesOf = new Map<unknown, SecurityGroupRule[]>(rows.map(([id]) => [id, []]));
  for (const row of await read(`${RULES} WHERE r.group_id IN (?) ORDER BY r.created_at, r.id`, [[...rulesOf.keys()]]))
    rulesOf.get(row[1])?.push(ruleOf(row));
  return rows.map(([id, projectId, name, description]) => ({
    id: String(id),
    projectId: String(projectId),
    name: String(name),
    description: String(description),
    rules: rulesOf.get(id) ?? [],
  }));
};

export const findRule = async (read: Read, id: string): Promise<SecurityGroupRule | undefined> => {
  const [row] = await read(`${RULES} WHERE r.id = ?`, [id]);
  return row && ruleOf(row);
};

/** @param at ms since 1970 */
export const insertGroup = (
  manager: EntityManager,
  { id, projectId, name, description }: Omit<SecurityGroup, 'rules'>,
  userId: string,
  at: number,
): Promise<unknown> =>
  manager.query('INSERT INTO security_groups (id, project_id, user_id, name, description, created_at) VALUES (?)', [
    [id, projectId, userId, name, description, at],
  ]);

/** @param at ms since 1970 */
export const insertRule = (manager: EntityManager, { id, groupId, ...rule }: NewRule, at: number): Promise<unknown> =>
  manager.query('INSERT INTO security_group_rules (id, group_id, protocol, from_port, to_port, cidr, peer_id, created_at) VALUES (?)', [
    [id, groupId, rule.protocol, rule.fromPort, rule.toPort, rule.cidr, rule.peerId, at],
  ]);

export interface NewRule extends Allowed {
  readonly id: string;
  readonly groupId: string;
}

const conditionOf = (filter: GroupFilter): { where: string; values: unknown[] } => {
  if ('ids' in filter) return filter.ids.length > 0 ? { where: 'id IN (?)', values: [filter.ids] } : { where: 'FALSE', values: [] };
  return filter.projectId === null ? { where: 'TRUE', values: [] } : { where: 'project_id = ?', values: [filter.projectId] };
};

const ruleOf = ([id, groupId, protocol, fromPort, toPort, cidr, peerId, peerName, peerProjectId]: Row): SecurityGroupRule => ({
  id: String(id),
  groupId: String(groupId),
  protocol: textOf(protocol),
  fromPort: fromPort === null ? null : Number(fromPort),
  toPort: toPort === null ? null : Number(toPort),
  cidr: textOf(cidr),
  peerId: textOf(peerId),
  peerName: textOf(peerName),
  peerProjectId: textOf(peerProjectId),
});

const textOf = (value: unknown): string | null => (value === null ? null : String(value));
