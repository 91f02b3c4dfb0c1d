import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CellNode, Topology } from '../../tools/stack/topology.js';
import { linksOf } from './links/links.js';
import { FAULTS, type FaultKind, type TargetKind } from './schedule.js';
import { faultTree } from './tree.js';

/* docs/operations/failure-modes.md names the test of each row: a fault of `npm run test:faults`, or a spec, perhaps with a part of a title. */

const ROOT = join(import.meta.dirname, '../..');
const rows = readFileSync(join(ROOT, 'docs/operations/failure-modes.md'), 'utf8')
  .split('\n')
  .filter(line => line.startsWith('| ') && line.split(' | ').length === 6)
  .map(line => line.slice(2, -2).split(' | '))
  .filter(([failing]) => failing !== 'fails');

const specs = new Map(
  ['apps', 'libs', 'test', 'tools'].flatMap(part =>
    readdirSync(join(ROOT, part), { recursive: true, encoding: 'utf8' })
      .filter(path => /\.(spec|contract)\.ts$/.test(path) && !path.includes('node_modules'))
      .map(path => [basename(path, '.ts').replace(/\.(sim|int|e2e)\.spec$/, '.$1'), join(ROOT, part, path)] as const),
  ),
);

const idsOf = (node: Topology | CellNode, id: string): string[] => [
  id,
  ...node.cells.flatMap(child => idsOf(child, `${id}.${child.name}`)),
];

describe('the table of failure modes', async () => {
  const topology = await faultTree('127.0.0.1');
  const cells = idsOf(topology, topology.name);
  const named = (server: string) => cells.map(id => `${id}.${server}`);
  const [databases, brokers] = [named('mariadb'), named('rabbitmq')];
  const targets: Record<TargetKind, readonly string[]> = {
    database: databases,
    ownDatabase: databases,
    smallDatabase: databases,
    broker: brokers,
    ownBroker: brokers,
    smallBroker: brokers,
    cell: named('cell'),
    worker: ['worker'],
    hosts: [],
    link: linksOf(topology).map(link => link.name),
  };
  const kinds = Object.keys(FAULTS) as FaultKind[];
  const faults = new Set(kinds.flatMap(kind => [kind, ...targets[FAULTS[kind].target].map(target => `${kind} ${target}`)]));

  it('has a row for every kind of fault that is tried', () => {
    const told = rows.map(row => row.at(-1)).join();
    expect(kinds.filter(kind => !told.includes(`\`${kind}`))).toEqual([]);
  });

  it.each(rows.map(row => [row[0]!, row.at(-1)!]))('names tests that are there: %s', (_failing, tests) => {
    const named = [...tests.matchAll(/`([^`]+)`/g)].map(([, name]) => name!);
    const files = [...tests.matchAll(/([a-z0-9-]+\.(?:spec|sim|int|e2e|contract))\b(?: \((?:"([^"…]+)|(F\d+))[^)]*\))?/g)];
    expect(named.filter(name => !faults.has(name))).toEqual([]);
    expect(files.filter(([, name]) => !specs.has(name!)).map(([name]) => name)).toEqual([]);
    for (const [, name, title, number] of files) expect(readFileSync(specs.get(name!)!, 'utf8')).toContain((title ?? number ?? '').trim());
    expect(named.length + files.length).toBeGreaterThan(0);
  });
});
