import type { DataSource } from 'typeorm';
import { RoleRow } from './entities.js';
import type { Named } from './identity-service.js';
import { IMPLIED_ROLES } from './roles.js';

/**
 * The roles by id, in memory, so that validating a token need not join them. Roles are made but never renamed or deleted: what is known
 * stays right, and what is not known is read again.
 */
export class RoleDirectory {
  private byId = new Map<string, Named>();

  constructor(private readonly database: DataSource) {}

  /** These roles with those that they imply, each once. */
  async withImplied(ids: readonly string[]): Promise<Named[]> {
    if (ids.some(id => !this.byId.has(id))) await this.read();
    const names = new Set(ids.flatMap(id => withImpliedNames(this.byId.get(id)?.name)));
    return [...this.byId.values()].filter(role => names.has(role.name));
  }

  private async read(): Promise<void> {
    const rows = await this.database.getRepository(RoleRow).find();
    this.byId = new Map(rows.map(({ id, name }) => [id, { id, name }]));
  }
}

const withImpliedNames = (name: string | undefined): string[] =>
  name === undefined
    ? []
    : [name, ...IMPLIED_ROLES.filter(([prior]) => prior === name).flatMap(([, implied]) => withImpliedNames(implied))];
