import { type ComparedRow, type InstanceRow, isHere, type Neighbour, type OutboxDepth, rangeDigest } from '#cell';
import type { RangeDigest } from '#contracts';
import type { MemoryDatabase } from './memory-database.js';

/** What SqlCellStore computes in the database. */
export const digestInstances = (db: MemoryDatabase, neighbour: Neighbour, ranges: readonly string[]): RangeDigest[] => {
  const byRange = new Map<string, InstanceRow[]>();
  for (const row of sharedRows(db, neighbour, ranges)) {
    const range = row.uuid.slice(0, (ranges[0]?.length ?? 0) + 1);
    const rows = byRange.get(range);
    if (rows) rows.push(row);
    else byRange.set(range, [row]);
  }
  return [...byRange].map(([range, rows]) => ({ range, count: rows.length, digest: rangeDigest(rows) }));
};

export const listCompared = (
  db: MemoryDatabase,
  neighbour: Neighbour,
  ranges: readonly string[],
): (ComparedRow & { updatedAt: number })[] =>
  sharedRows(db, neighbour, ranges).map(({ uuid, epoch, generation, taskState, updatedAt }) => ({
    uuid,
    epoch,
    generation,
    taskState,
    updatedAt,
  }));

const sharedRows = (db: MemoryDatabase, neighbour: Neighbour, ranges: readonly string[]): InstanceRow[] =>
  db.instances
    .sorted()
    .filter(row => (neighbour.to === 'child' ? row.nextHop === neighbour.name && row.deletedAt === null : isHere(row)))
    .filter(row => ranges.some(range => row.uuid.startsWith(range)));

export const outboxDepths = (db: MemoryDatabase): OutboxDepth[] => {
  const depths = new Map<string, OutboxDepth>();
  for (const { frame, writtenAt } of db.outbox.values()) {
    const { destination } = frame;
    const known = depths.get(destination) ?? { destination, frames: 0, oldestAt: writtenAt };
    depths.set(destination, { destination, frames: known.frames + 1, oldestAt: Math.min(known.oldestAt, writtenAt) });
  }
  return [...depths.values()];
};
