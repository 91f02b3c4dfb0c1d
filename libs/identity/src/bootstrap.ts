import type { DataSource } from 'typeorm';
import { CloudError, type Random } from '#domain';
import { newId } from './ids.js';
import type { Passwords } from './passwords.js';
import { BUILT_IN_ROLES, IMPLIED_ROLES } from './roles.js';
import { SYSTEM } from './token-format.js';

/** Keystone's fixed id of the domain that everybody starts in. */
export const DEFAULT_DOMAIN_ID = 'default';

export interface BootstrapOptions {
  /** Given to the user `admin` when it is created; a password that was changed later stays. */
  readonly adminPassword: string;
}

/**
 * Makes sure that a fresh database has domain, roles, projects and the administrator. Every statement does nothing when its row is
 * there, and what follows uses the row that won, so any number of processes may start at once.
 */
export const bootstrapIdentity = async (
  database: DataSource,
  tools: { random: Random; passwords: Passwords },
  options: BootstrapOptions,
): Promise<void> => {
  const id = () => newId(tools.random);
  await insert(database, 'identity_domains', { id: DEFAULT_DOMAIN_ID, name: 'Default', description: 'The default domain', enabled: 1 });
  for (const name of BUILT_IN_ROLES) await insert(database, 'identity_roles', { id: id(), name, description: '' });
  const roleIds = await roleIdsByName(database);
  await implyRoles(database, roleIds);
  for (const [name, description] of PROJECTS) {
    await insert(database, 'identity_projects', { id: id(), domain_id: DEFAULT_DOMAIN_ID, name, description, enabled: 1 });
  }
  const projectId = await idOf(database, 'identity_projects', 'admin');
  const userId = await administrator(database, { ...tools, ...options, projectId });
  for (const [target_id, target_kind] of [
    [projectId, 'project'],
    [DEFAULT_DOMAIN_ID, 'domain'],
    [SYSTEM, 'system'],
  ] as const) {
    await insert(database, 'identity_role_assignments', { user_id: userId, target_id, role_id: roleIds('admin'), target_kind });
  }
};

/** Once in the life of a database: an administrator may take an implication back, and it stays so. The counter remembers. */
const implyRoles = async (database: DataSource, roleIds: (name: string) => string): Promise<void> => {
  await database.transaction(async tx => {
    const done = await tx.query<{ affectedRows: number }>("INSERT IGNORE INTO identity_counters (name, value) VALUES ('roles', 1)");
    if (done.affectedRows === 0) return;
    for (const [prior, implied] of IMPLIED_ROLES)
      await tx.query('INSERT IGNORE INTO identity_implied_roles (prior_id, implied_id) VALUES (?, ?)', [roleIds(prior), roleIds(implied)]);
  });
};

const PROJECTS = [
  ['admin', 'Of the administrators'],
  ['service', 'Of the services of this cloud'],
] as const;

/** The password is hashed only when the user is missing: it costs a tenth of a second at each start of each process. */
const administrator = async (
  database: DataSource,
  { random, passwords, adminPassword, projectId }: { random: Random; passwords: Passwords; adminPassword: string; projectId: string },
): Promise<string> => {
  const existing = await findId(database, 'identity_users', 'admin');
  if (existing !== undefined) return existing;
  await insert(database, 'identity_users', {
    id: newId(random),
    domain_id: DEFAULT_DOMAIN_ID,
    name: 'admin',
    description: 'The first administrator',
    default_project_id: projectId,
    enabled: 1,
    password_hash: await passwords.hash(adminPassword),
  });
  return idOf(database, 'identity_users', 'admin');
};

const insert = async (database: DataSource, table: string, row: Record<string, string | number>): Promise<void> => {
  const columns = Object.keys(row);
  const sql = `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')}) ON DUPLICATE KEY UPDATE ${columns[0]} = ${columns[0]}`;
  await database.query(sql, Object.values(row));
};

const roleIdsByName = async (database: DataSource): Promise<(name: string) => string> => {
  const rows = await database.query<{ id: string; name: string }[]>('SELECT id, name FROM identity_roles WHERE domain_id = ?', ['']);
  const ids = new Map(rows.map(row => [row.name, row.id]));
  return name => ids.get(name) ?? missing('role', name);
};

const findId = async (database: DataSource, table: string, name: string): Promise<string | undefined> => {
  const [row] = await database.query<{ id: string }[]>(`SELECT id FROM ${table} WHERE domain_id = ? AND name = ?`, [
    DEFAULT_DOMAIN_ID,
    name,
  ]);
  return row?.id;
};

const idOf = async (database: DataSource, table: string, name: string): Promise<string> =>
  (await findId(database, table, name)) ?? missing(table, name);

const missing = (what: string, name: string): never => {
  throw new CloudError('internal', `${what} '${name}' is missing right after it was created: is somebody deleting it?`);
};
