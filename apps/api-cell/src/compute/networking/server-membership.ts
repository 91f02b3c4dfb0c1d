import { z } from 'zod';
import type { GroupOfServer } from './security-group.js';

/** The servers of a project that are in a group: project and group are its values. */
export const IN_GROUP = "project_id = ? AND deleted_at IS NULL AND JSON_CONTAINS(security_groups, JSON_OBJECT('id', ?))";

/** One group as it stands in the column of a server: the keys always in this order. */
export const memberText = ({ id, name }: GroupOfServer): string => JSON.stringify({ id, name });

/** The column of a server that is in these groups. */
export const membershipText = (groups: readonly GroupOfServer[]): string => `[${groups.map(memberText).join(',')}]`;

const Membership = z.array(z.object({ id: z.string(), name: z.string() }));

/** @param column null: the server asked for none, and is in its project's default group. */
export const membershipOf = (column: string): GroupOfServer[] => Membership.parse(JSON.parse(column));
