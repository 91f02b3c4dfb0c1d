import type { TrailEntry } from '#contracts';

/** What Nova's faults hold. */
const MESSAGE_LIMIT = 255;

/** One sentence for a user, 255 characters at most: in each cell, the filter that left nobody. */
export const noValidHostMessage = (trail: readonly TrailEntry[]): string => {
  const ends = trail.filter(entry => entry.after === 0).map(deadEnd);
  const message = ['No valid host was found.', ends.length > 0 ? `${[...new Set(ends)].join('; ')}.` : ''].join(' ').trim();
  return message.length <= MESSAGE_LIMIT ? message : `${message.slice(0, MESSAGE_LIMIT - 3)}...`;
};

const deadEnd = (entry: TrailEntry): string => {
  if (entry.before === 0) return `${entry.cell} has no ${entry.among}`;
  const why = new Set(Object.values(entry.rejected));
  const reason = why.size === 1 ? ` (${[...why][0]})` : '';
  return `${entry.filter} of ${entry.cell} left none of ${entry.before} ${entry.among}${reason}`;
};

/** The whole story for an operator: a line per filter, and beneath it a line per rejected candidate. */
export const formatTrail = (trail: readonly TrailEntry[]): string => trail.flatMap(linesOf).join('\n');

const linesOf = (entry: TrailEntry): string[] => {
  const reasons = Object.entries(entry.rejected);
  const unnamed = entry.before - entry.after - reasons.length;
  return [
    `${entry.cell} ${entry.filter}: ${entry.before} ${entry.among}, ${entry.after} left`,
    ...reasons.map(([candidate, reason]) => `  ${candidate}: ${reason}`),
    ...(unnamed > 0 ? [`  and ${unnamed} more`] : []),
  ];
};
