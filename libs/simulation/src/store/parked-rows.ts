import type { ParkedRow } from '#cell';
import type { MemoryDatabase } from './memory-database.js';

export const listParked = ({ parked }: MemoryDatabase, limit: number, marker?: string): ParkedRow[] => {
  const newestFirst = [...parked].sort((a, b) => b.parkedAt - a.parkedAt || (a.envelope.id < b.envelope.id ? 1 : -1));
  const at = newestFirst.findIndex(row => row.envelope.id === marker);
  if (marker !== undefined && at < 0) return [];
  return newestFirst.slice(at + 1, at + 1 + limit);
};

export const countParked = ({ parked }: MemoryDatabase): { count: number; oldestAt: number | null } => ({
  count: parked.length,
  oldestAt: parked.length ? Math.min(...parked.map(row => row.parkedAt)) : null,
});
