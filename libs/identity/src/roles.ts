import type { DataSource } from 'typeorm';
import { CloudError, type Random } from '#domain';
import { conflictOnDuplicate } from './database-errors.js';
import { definedOnly } from './defined-only.js';
import { RoleRow } from './entities.js';
import { newId } from './ids.js';

/** Which role brings which other, directly: admin ⇒ manager ⇒ member ⇒ reader. */
export const IMPLIED_ROLES: readonly (readonly [prior: string, implied: string])[] = [
  ['admin', 'manager'],
  ['manager', 'member'],
  ['member', 'reader'],
];

/** The roles that every deployment has. */
export const BUILT_IN_ROLES = ['admin', 'manager', 'member', 'reader', 'service', 'auditor'] as const;

export class Roles {
  constructor(
    private readonly database: DataSource,
    private readonly random: Random,
  ) {}

  async list(filter: { name?: string } = {}): Promise<RoleRow[]> {
    return this.database.getRepository(RoleRow).find({ where: definedOnly(filter), order: { name: 'ASC' } });
  }

  /** @throws CloudError `notFound` */
  async get(id: string): Promise<RoleRow> {
    const role = await this.database.getRepository(RoleRow).findOneBy({ id });
    if (!role) throw new CloudError('notFound', `Could not find role: ${id}.`);
    return role;
  }

  /** @throws CloudError `conflict` */
  async create({ name, description }: { name: string; description: string }): Promise<RoleRow> {
    const row = { id: newId(this.random), name, description };
    const message = `Conflict occurred attempting to store role - Duplicate entry found with name ${name}.`;
    await conflictOnDuplicate(message, this.database.getRepository(RoleRow).insert(row));
    return row;
  }
}
