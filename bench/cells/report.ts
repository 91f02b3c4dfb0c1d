import type { Phase, TreeFigures } from './measure.js';

/** The report as Markdown: one row per tree, and curves over its size. */
export const reportOf = (figures: readonly TreeFigures[]): string[] => [
  ...table(HEAD, figures.map(rowOf)),
  '',
  ...curve('placing a server, p99', 'ms', figures, one => one.placeP99Ms),
  ...curve("reports alone, every child each second: the root's process", '% of a core', figures, one => one.busy.rootPercent),
  ...curve("memory of the root's process", 'MB', figures, one => one.rootRssMb),
];

const HEAD = [
  'cells (hosts)',
  'children of the root',
  'p50 / p99 ms to place',
  'of which deciding',
  'least commit',
  'placed (refused)',
  'idle: frames/s sent, handled, root %',
  'busy: frames/s sent, handled, root %',
  'busy: database, broker %',
  'placing: frames/s sent, handled, root %',
  'root MB',
  'lost host seen, ms',
];

const rowOf = (one: TreeFigures): string[] => [
  `${number(one.leaves, 0)} ${one.shape} (${number(one.hosts, 0)})`,
  number(one.children, 0),
  `${number(one.placeP50Ms, 1)} / ${number(one.placeP99Ms, 1)}`,
  `${number(one.decideP50Ms, 1)} / ${number(one.decideP99Ms, 1)}`,
  `${number(one.commitP50Ms, 1)} / ${number(one.commitP99Ms, 1)}`,
  `${number(one.placed, 0)} (${number(one.refused, 0)})`,
  rootOf(one.idle),
  rootOf(one.busy),
  `${number(one.busy.databasePercent, 1)}, ${number(one.busy.brokerPercent, 1)}`,
  rootOf(one.placing),
  number(one.rootRssMb, 0),
  number(one.lostHostMs, 0),
];

const rootOf = (phase: Phase): string =>
  `${number(phase.sentPerSecond, 0)}, ${number(phase.framesPerSecond, 0)}, ${number(phase.rootPercent, 1)} %`;

const WIDTH = 50;

const curve = (title: string, unit: string, figures: readonly TreeFigures[], value: (one: TreeFigures) => number): string[] => {
  const most = Math.max(...figures.map(value), Number.MIN_VALUE);
  const lines = figures.map(one => {
    const bar = '#'.repeat(Math.max(1, Math.round((WIDTH * value(one)) / most)));
    return `${number(one.leaves, 0).padStart(7)} ${one.shape}  ${bar} ${number(value(one), 1)} ${unit}`;
  });
  return ['```text', title, ...lines, '```', ''];
};

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] => {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, column) => (column === 0 ? '---' : '---:'))), ...rows.map(line)];
};

const number = (value: number, digits: number): string =>
  value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
