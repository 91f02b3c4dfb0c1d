import { isUuid } from '#domain';
import type { Target } from '#policy';
import type { ApiContext } from '../../http/index.js';
import type { Sql } from './sql.js';

/**
 * Whose a server is, for rules that ask for more than its project: `user_id:%(user_id)s` in an operator's file. Nova's own rules ask for
 * the project only, and who asks for a server of another project is told that there is none, so they cost no query here.
 */
export class ServerOwners {
  constructor(private readonly sql: Sql) {}

  /** What the rule is asked about; undefined: what the caller owns. */
  async targetFor(rule: string, ctx: ApiContext, uuid: string | undefined): Promise<Target | undefined> {
    if (!ctx.policy.isAboutUsers(rule) || uuid === undefined || !isUuid(uuid)) return undefined;
    const [row] = await this.sql.rows('SELECT project_id, user_id FROM instances WHERE uuid = ?', [uuid]);
    // Another project's server is not found, whatever the rule says.
    if (!row || row[0] !== ctx.projectId) return undefined;
    return { project_id: String(row[0]), user_id: String(row[1]) };
  }
}
