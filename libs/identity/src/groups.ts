import type { DataSource } from 'typeorm';
import { CloudError, type Random } from '#domain';
import { conflictOnDuplicate } from './database-errors.js';
import { definedOnly } from './defined-only.js';
import { UserRow } from './entities.js';
import { type Extra, withWholeExtra } from './extra.js';
import { endGroupGrants, endMembership } from './grant-ends.js';
import { GroupAssignmentRow, GroupMemberRow, GroupRow } from './group-entities.js';
import { newId } from './ids.js';
import type { TokenInvalidation } from './token-invalidation.js';
import type { Users } from './users.js';

export interface NewGroup {
  readonly name: string;
  readonly domainId: string;
  readonly description: string;
  readonly extra: Extra;
}

/** Users that are given roles together. */
export class Groups {
  constructor(
    private readonly database: DataSource,
    private readonly random: Random,
    private readonly users: Users,
    private readonly invalidation: TokenInvalidation,
  ) {}

  async list(filter: { name?: string; domainId?: string } = {}): Promise<GroupRow[]> {
    return this.database.getRepository(GroupRow).find({ where: definedOnly(filter), order: { name: 'ASC', id: 'ASC' } });
  }

  async ofUser(userId: string): Promise<GroupRow[]> {
    const query = this.database.getRepository(GroupRow).createQueryBuilder('g').orderBy('g.name');
    return query.where('g.id IN (SELECT group_id FROM identity_group_members WHERE user_id = :userId)', { userId }).getMany();
  }

  async members(groupId: string): Promise<UserRow[]> {
    await this.get(groupId);
    const query = this.database.getRepository(UserRow).createQueryBuilder('u').orderBy('u.name');
    return query.where('u.id IN (SELECT user_id FROM identity_group_members WHERE group_id = :groupId)', { groupId }).getMany();
  }

  /** @throws CloudError `notFound` */
  async get(id: string): Promise<GroupRow> {
    const group = await this.database.getRepository(GroupRow).findOneBy({ id });
    if (!group) throw new CloudError('notFound', `Could not find group: ${id}.`);
    return group;
  }

  /** @throws CloudError `conflict` */
  async create(group: NewGroup): Promise<GroupRow> {
    const row = { id: newId(this.random), ...group };
    await conflictOnDuplicate(duplicate(group.name), this.database.getRepository(GroupRow).insert(row));
    return row;
  }

  async update(id: string, changes: Partial<Omit<NewGroup, 'domainId'>>): Promise<GroupRow> {
    const before = await this.get(id);
    if (Object.keys(changes).length === 0) return before;
    const columns = withWholeExtra(before, changes);
    const after = { ...before, ...columns };
    await conflictOnDuplicate(duplicate(after.name), this.database.getRepository(GroupRow).update({ id }, columns));
    return after;
  }

  /** With its assignments; its members stay, and their tokens in those targets end. */
  async delete(id: string): Promise<void> {
    await this.get(id);
    await this.database.transaction(async tx => {
      const assignments = await tx.findBy(GroupAssignmentRow, { groupId: id });
      for (const assignment of assignments) await endGroupGrants(tx, id, assignment);
      await tx.delete(GroupAssignmentRow, { groupId: id });
      await tx.delete(GroupMemberRow, { groupId: id });
      await tx.delete(GroupRow, { id });
    });
    await this.invalidation.settled();
  }

  /** Twice is once. @throws CloudError `notFound` */
  async add(groupId: string, userId: string): Promise<void> {
    await this.get(groupId);
    await this.users.get(userId);
    const sql = 'INSERT INTO identity_group_members (group_id, user_id) VALUES (?, ?) ON DUPLICATE KEY UPDATE user_id = user_id';
    await this.database.query(sql, [groupId, userId]);
  }

  /** Ends the user's tokens where the group has roles. @throws CloudError `notFound` when it is not in the group */
  async remove(groupId: string, userId: string): Promise<void> {
    await this.requireMember(groupId, userId);
    await this.database.transaction(async tx => {
      await tx.delete(GroupMemberRow, { groupId, userId });
      await endMembership(tx, groupId, userId);
    });
    await this.invalidation.settled();
  }

  async requireMember(groupId: string, userId: string): Promise<void> {
    await this.get(groupId);
    await this.users.get(userId);
    if (!(await this.database.getRepository(GroupMemberRow).existsBy({ groupId, userId })))
      throw new CloudError('notFound', `User ${userId} is not found in group ${groupId}.`);
  }
}

const duplicate = (name: string): string => `Conflict occurred attempting to store group - Duplicate entry found with name ${name}.`;
