import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import type { Extra } from './extra.js';

const ID = { type: 'varchar', length: 64 } as const;

@Entity('identity_groups')
@Unique('identity_groups_name', ['domainId', 'name'])
export class GroupRow {
  @PrimaryColumn(ID) id: string;
  @Column({ ...ID, name: 'domain_id' }) domainId: string;
  @Column({ type: 'varchar', length: 255 }) name: string;
  @Column({ type: 'text' }) description: string;
  @Column({ type: 'json', nullable: true }) extra: Extra | null;
}

@Entity('identity_group_members')
@Index('identity_group_members_user', ['userId'])
export class GroupMemberRow {
  @PrimaryColumn({ ...ID, name: 'group_id' }) groupId: string;
  @PrimaryColumn({ ...ID, name: 'user_id' }) userId: string;
}

/** As RoleAssignmentRow, for all members of a group. */
@Entity('identity_group_assignments')
@Index('identity_group_assignments_target', ['targetId'])
export class GroupAssignmentRow {
  @PrimaryColumn({ ...ID, name: 'group_id' }) groupId: string;
  @PrimaryColumn({ ...ID, name: 'target_id' }) targetId: string;
  @PrimaryColumn({ ...ID, name: 'role_id' }) roleId: string;
  @PrimaryColumn({ type: 'boolean', default: false }) inherited: boolean;
  @Column({ type: 'varchar', length: 8, name: 'target_kind' }) targetKind: string;
}

/** Whoever has the prior role has the implied one too. */
@Entity('identity_implied_roles')
export class ImpliedRoleRow {
  @PrimaryColumn({ ...ID, name: 'prior_id' }) priorId: string;
  @PrimaryColumn({ ...ID, name: 'implied_id' }) impliedId: string;
}

/** `roles`: how often roles, or what they imply, were changed. */
@Entity('identity_counters')
export class CounterRow {
  @PrimaryColumn(ID) name: string;
  @Column({ type: 'int' }) value: number;
}

export const groupEntities = [GroupRow, GroupMemberRow, GroupAssignmentRow, ImpliedRoleRow, CounterRow];
