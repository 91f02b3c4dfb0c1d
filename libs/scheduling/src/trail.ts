import type { TrailEntry } from '#contracts';

/** What Nova's faults hold. */
const MESSAGE_LIMIT = 255;

/** One sentence for a user, 255 characters at most: in each cell, the filter that left nobody. */
export const noValidHostMessage = (trail: readonly TrailEntry[]): string =>
  within(
    MESSAGE_LIMIT,
    whyNone(trail, among => among),
  );

/** The same for a server that has a cell already, of whose hosts only some may come into question: room elsewhere is of no use to it. */
export const noHostInCellMessage = (trail: readonly TrailEntry[]): string => {
  const why = within(
    MESSAGE_LIMIT - STAYS_IN_CELL.length - 1,
    whyNone(trail, among => `${among} that will do`),
  );
  return `${why} ${STAYS_IN_CELL}`;
};

const STAYS_IN_CELL = 'Servers are moved inside their cell only.';

const within = (limit: number, message: string): string => (message.length <= limit ? message : `${message.slice(0, limit - 3)}...`);

const whyNone = (trail: readonly TrailEntry[], wanted: (among: string) => string): string => {
  const ends = trail.filter(entry => entry.after === 0).map(entry => deadEnd(entry, wanted(entry.among)));
  return ['No valid host was found.', ends.length > 0 ? `${[...new Set(ends)].join('; ')}.` : ''].join(' ').trim();
};

const deadEnd = (entry: TrailEntry, wanted: string): string => {
  if (entry.before === 0) return `${entry.cell} has no ${wanted}`;
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
