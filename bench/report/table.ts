import type { Cost } from '../measure/probe.js';
import type { Measured } from '../phases/measure-all.js';
import type { ReadRound } from '../phases/reads.js';
import { activePerSecond, bestBuilds, type Figures, medianOf, totalOf } from './figures.js';

/** Nova 26.2, tuned, on a machine of two cores (how: docs/operations/benchmarks.md); and what Canopy aims at there. */
const COMPARED: Record<keyof Figures, { label: string; digits: number; nova: string; aim: string }> = {
  acceptedPerSecond: { label: 'servers accepted per second', digits: 0, nova: '2.4', aim: '' },
  activePerSecond: { label: 'servers ACTIVE per second', digits: 0, nova: '1.3', aim: '300' },
  showsPerSecond: { label: 'shows per second', digits: 0, nova: '27 to 57', aim: '3,000' },
  listsOf1000PerSecond: { label: 'lists of 1,000 servers per second', digits: 1, nova: '0.4 to 0.5', aim: '60' },
  cpuMsPerServer: { label: 'CPU-ms per server, all processes', digits: 2, nova: '1,019', aim: '5' },
  commitsPerServer: { label: 'database commits per server', digits: 2, nova: '25', aim: '' },
  messagesPerServer: { label: 'AMQP messages per server', digits: 2, nova: '27 to 31', aim: '' },
  idlePssMb: { label: 'memory when idle, all processes (PSS, MB)', digits: 0, nova: '2,600', aim: '' },
};

const FIGURES = [
  'acceptedPerSecond',
  'activePerSecond',
  'showsPerSecond',
  'listsOf1000PerSecond',
  'cpuMsPerServer',
  'commitsPerServer',
  'messagesPerServer',
  'idlePssMb',
] as const;

/** The report as Markdown. */
export const reportOf = (measured: Measured, figures: Figures): string[] => {
  return [...summary(figures), '', ...rounds(measured), ...reads(measured), ...processes(measured)];
};

const summary = (figures: Figures): string[] => {
  const rows = FIGURES.map(key => {
    const { label, digits, nova, aim } = COMPARED[key];
    const value = figures[key];
    return [label, value === null ? '–' : fixed(value, digits), aim, nova];
  });
  return table(['', 'Canopy', 'aim', 'Nova'], rows);
};

const rounds = ({ builds, deletes }: Measured): string[] => {
  if (builds.length === 0) return [];
  const lost = builds.reduce((sum, round) => sum + round.servers - round.active, 0);
  const rows = builds.map((round, index) => {
    const { accepted, cost, servers } = round;
    const gone = deletes[index];
    return [
      String(round.concurrency),
      String(servers),
      fixed(servers / accepted.seconds, 0),
      `${fixed(accepted.latencyMs.p50, 0)} / ${fixed(accepted.latencyMs.p99, 0)}`,
      fixed(activePerSecond(round), 0),
      fixed(cost.treeCpuMs / servers, 2),
      fixed(cost.commits / servers, 2),
      fixed(cost.statements / servers, 1),
      fixed(cost.messages / servers, 2),
      strangers(cost, accepted.cpuMs),
      gone ? `${fixed(gone.servers / gone.seconds, 0)} (${fixed(gone.cost.treeCpuMs / gone.servers, 2)})` : '–',
    ];
  });
  const head = [
    'in flight',
    'servers',
    'accepted/s',
    'p50 / p99 ms',
    'ACTIVE/s',
    'CPU-ms',
    'commits',
    'statements',
    'messages',
    'strangers',
    'deleted/s (CPU-ms)',
  ];
  return [...table(head, rows), ...(lost > 0 ? ['', `**${lost} servers were accepted and did not become ACTIVE.**`] : []), ''];
};

const reads = ({ show, list }: Measured): string[] => {
  const row = (name: string, round: ReadRound | undefined): string[][] =>
    round
      ? [
          [
            name,
            String(round.concurrency),
            fixed(round.answers.succeeded / round.answers.seconds, 1),
            `${fixed(round.answers.latencyMs.p50, 1)} / ${fixed(round.answers.latencyMs.p99, 1)}`,
            fixed(round.cost.treeCpuMs / round.answers.succeeded, 2),
            fixed(round.answers.cpuMs / round.answers.succeeded, 2),
            fixed(round.answers.bytes / round.answers.succeeded, 0),
            strangers(round.cost, round.answers.cpuMs),
          ],
        ]
      : [];
  const rows = [...row('show', show), ...row('list of 1,000', list)];
  return rows.length > 0
    ? [...table(['', 'in flight', 'per second', 'p50 / p99 ms', 'CPU-ms', 'generator CPU-ms', 'bytes', 'strangers'], rows), '']
    : [];
};

const processes = (measured: Measured): string[] => {
  const { idle, loadedPssMb, loadedServers, show, list } = measured;
  const best = bestBuilds(measured.builds);
  const row = (name: string, idleMb: number, loadedMb: number, cpuMs: (cost: Cost) => number): string[] => [
    name,
    fixed(idleMb, 0),
    fixed(loadedMb, 0),
    number(medianOf(best, round => cpuMs(round.cost) / round.servers)),
    number(show ? cpuMs(show.cost) / show.answers.succeeded : null),
    number(list ? cpuMs(list.cost) / list.answers.succeeded : null),
  ];
  const each = [...idle.pssMb].map(([name, idleMb]) => row(name, idleMb, loadedPssMb.get(name) ?? 0, cost => cost.cpuMs.get(name) ?? 0));
  const all = row('all', totalOf(idle.pssMb), totalOf(loadedPssMb), cost => cost.treeCpuMs);
  const head = ['process', 'idle PSS, MB', `PSS with ${loadedServers} servers, MB`, 'CPU-ms per server built', 'per show', 'per list'];
  return [...table(head, [...each, all]), '', `Idle, the whole tree takes ${fixed(idle.cores * 100, 1)} % of one core.`];
};

/** The share of the machine's busy time that neither the tree nor the generator took. */
const strangers = (cost: Cost, generatorMs: number): string =>
  `${fixed((100 * Math.max(0, cost.machineMs - cost.treeCpuMs - generatorMs)) / Math.max(1, cost.machineMs), 0)} %`;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] => {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map(row => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const rule = line(widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)));
  return [line(head), rule, ...rows.map(line)];
};

const fixed = (value: number, digits: number): string =>
  value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
const number = (value: number | null): string => (value === null ? '–' : fixed(value, 2));
