import { type InstanceRow, otherHostOf } from '#cell';
import type { ResourceShape } from '#domain';

/** What an instance holds of a host: what it is there by, and what its move keeps there. */
export const heldOn = (row: InstanceRow, host: string): ResourceShape[] => {
  if (row.deletedAt !== null) return [];
  const claims = [row.host === host ? row.claim : null, otherHostOf(row) === host ? row.move!.held : null];
  return claims.filter(claim => claim !== null);
};
