import { MOVES_OVER } from '#domain';

const over = MOVES_OVER.map(status => `'${status}'`).join(', ');
const sumOf = (key: string): string => {
  const of = (column: string, flavor: string) => `JSON_VALUE(${column}, '${flavor}.${key}') + 0`;
  const moving = `GREATEST(${of('move', '$.oldFlavor')}, ${of('move', '$.newFlavor')})`;
  return `SUM(IF(move IS NULL OR JSON_VALUE(move, '$.status') IN (${over}), ${of('flavor', '$')}, ${moving}))`;
};

/** Of rows of `instances` at the top: those that count, as `chargeOf` says it. */
export const COUNTED_SERVERS = "deleted_at IS NULL AND JSON_VALUE(placement, '$.quotaReturned.instances') IS NULL";

/** What servers take of a quota, as `quotaOf` says it of one: `instances`, `cores` and `ram_mb` of rows of `instances` at the top. */
export const USED_BY_SERVERS = `COUNT(*) AS instances, ${sumOf('vcpus')} AS cores, ${sumOf('memoryMb')} AS ram_mb`;
