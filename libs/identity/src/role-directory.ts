import type { DataSource } from 'typeorm';
import { RoleRow } from './entities.js';
import { ImpliedRoleRow } from './group-entities.js';
import type { Named } from './identity-service.js';

/**
 * The roles and what they imply, in memory, so that validating a token need not join them. Whoever asks says which version it saw when it
 * read the assignments (the counter that every change of roles raises): another one is read again, so nothing here is ever stale.
 */
export class RoleDirectory {
  private known: Snapshot = { version: -1, ids: new Set(), roles: new Map(), implied: new Map() };

  constructor(private readonly database: DataSource) {}

  /** These roles with those that they imply, each once; roles of one domain, and ids that are no role's, are left out. */
  async withImplied(ids: readonly string[], version: number): Promise<Named[]> {
    const isKnown = this.known.version === version && ids.every(id => this.known.ids.has(id));
    const { roles, implied } = isKnown ? this.known : await this.read(version);
    const found = new Set<string>();
    const add = (id: string): void => {
      if (found.has(id)) return;
      found.add(id);
      for (const other of implied.get(id) ?? []) add(other);
    };
    for (const id of ids) add(id);
    return [...found].flatMap(id => roles.get(id) ?? []);
  }

  /** What is answered is what was read now: another reading may have put an older one in its place meanwhile. */
  private async read(version: number): Promise<Snapshot> {
    const [rows, rules] = await Promise.all([
      this.database.getRepository(RoleRow).find(),
      this.database.getRepository(ImpliedRoleRow).find(),
    ]);
    const implied = new Map<string, string[]>();
    for (const { priorId, impliedId } of rules) implied.set(priorId, [...(implied.get(priorId) ?? []), impliedId]);
    const shown = rows.filter(({ domainId }) => domainId === '');
    const roles = new Map(shown.map(({ id, name }) => [id, { id, name }]));
    const snapshot = { version, ids: new Set(rows.map(({ id }) => id)), roles, implied };
    this.known = snapshot;
    return snapshot;
  }
}

interface Snapshot {
  readonly version: number;
  readonly ids: ReadonlySet<string>;
  /** Those that tokens show: roles of all domains. */
  readonly roles: ReadonlyMap<string, Named>;
  /** Ids of what each role implies directly. */
  readonly implied: ReadonlyMap<string, readonly string[]>;
}
