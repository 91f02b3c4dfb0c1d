import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allCells, parseTopology, readTopology } from './topology.js';

const problemsOf = (value: unknown): string => {
  try {
    parseTopology(value);
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
  return 'no problem';
};

describe('a topology', () => {
  it.each(['default.yaml', 'fake-large.yaml'])('%s that ships is right', name => {
    expect(allCells(readTopology(join(import.meta.dirname, '../topologies', name))).length).toBeGreaterThanOrEqual(4);
  });

  it('of the quickstart is api with west, west!a with two hosts, and east with one', () => {
    const tree = readTopology(join(import.meta.dirname, '../topologies/default.yaml'));
    const hosts = allCells(tree).map(cell => [
      cell.name,
      'hosts' in cell && Array.isArray(cell.hosts) ? cell.hosts.map(host => host.name) : [],
    ]);
    expect(hosts).toEqual([
      ['api', []],
      ['west', []],
      ['a', ['a1', 'a2']],
      ['east', ['e1']],
    ]);
  });

  it('fills in defaults', () => {
    const tree = parseTopology({ cells: [{ name: 'c', hosts: { count: 3 } }] });
    expect(tree).toMatchObject({
      name: 'api',
      portBase: 23_000,
      driver: 'libvirt',
      servers: { shared: false },
      listen: { host: '127.0.0.1', computePort: 8774 },
    });
    expect(tree.cells[0]?.hosts).toMatchObject({ count: 3, driver: 'fake', processes: 1, zone: 'nova' });
  });

  it.each([
    [{}, 'cells'],
    [{ cells: [] }, 'cells: must name at least one cell'],
    [{ cells: [{ name: 'a!b' }] }, 'cells[0].name: must be letters'],
    [{ cells: [{ name: 'a', hosts: [{ name: 'h', vcpus: 0 }] }] }, 'hosts'],
    [
      { cells: [{ name: 'a', cells: [{ name: 'b', database: 'postgres://x' }] }] },
      'cells[0].cells[0].database: must be a URL like mysql://',
    ],
    [{ cells: [{ name: 'a' }], colour: 'red' }, 'colour'],
    [{ cells: [{ name: 'a' }, { name: 'a' }] }, "api: two cells are called 'a'"],
    [{ cells: [{ name: 'a', hosts: [{ name: 'h' }, { name: 'h' }] }] }, "api!a: two hosts are called 'h'"],
    [{ cells: [{ name: 'a', databaseTls: {} }] }, 'a: databaseTls is for a database that is given'],
    [{ cells: [{ name: 'a', broker: 'amqp://u@h/v', brokerTls: {} }] }, 'a: brokerTls is for a broker that is given, by an amqps:// URL'],
    [{ cells: [{ name: 'a', database: 'mysql://u@h/d', databaseTls: { ca: 'ca.pem' } }] }, 'cells[0].databaseTls.ca: must be an absolute'],
    ['nonsense', 'the file'],
  ])('that is wrong (%j) is refused with where and why', (value, expected) => {
    expect(problemsOf(value)).toContain(expected);
  });

  it('that cannot be read is refused by its file name', () => {
    expect(() => readTopology('/nowhere/tree.yaml')).toThrow('/nowhere/tree.yaml');
  });
});
