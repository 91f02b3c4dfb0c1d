import type { DataSource } from 'typeorm';
import type { Clock, Random } from '#domain';
import { isSqlError, type Sql } from '../api/index.js';
import { DEFAULT_GROUP, type GroupOfServer } from './security-group.js';
import { insertGroup, insertRule } from './security-groups.repository.js';

export interface DefaultGroupDeps {
  readonly dataSource: DataSource;
  readonly sql: Sql;
  readonly clock: Clock;
  readonly random: Random;
}

/** The default group of each project, made when it is first asked for: who is in it is let in by all who are. */
export class DefaultGroup {
  constructor(private readonly deps: DefaultGroupDeps) {}

  async of(projectId: string): Promise<GroupOfServer> {
    return { id: (await this.find(projectId)) ?? (await this.make(projectId)), name: DEFAULT_GROUP };
  }

  private async find(projectId: string): Promise<string | undefined> {
    const [row] = await this.deps.sql.rows('SELECT id FROM security_groups WHERE project_id = ? AND name = ?', [projectId, DEFAULT_GROUP]);
    return row && String(row[0]);
  }

  private async make(projectId: string): Promise<string> {
    const { dataSource, clock, random } = this.deps;
    const [id, ruleId] = [random.uuid(), random.uuid()];
    const [group, rule] = [
      { id, projectId, name: DEFAULT_GROUP, description: 'Default security group' },
      { id: ruleId, groupId: id, protocol: null, fromPort: null, toPort: null, cidr: null, peerId: id },
    ];
    try {
      await dataSource.transaction(async manager => {
        await insertGroup(manager, group, '', clock.now());
        await insertRule(manager, rule, clock.now());
      });
      return id;
    } catch (error) {
      // Another request was first.
      const made = isSqlError(error, 'ER_DUP_ENTRY') ? await this.find(projectId) : undefined;
      if (made === undefined) throw error;
      return made;
    }
  }
}
