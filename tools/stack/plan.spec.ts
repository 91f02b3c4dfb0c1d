import { describe, expect, it } from 'vitest';
import { type Address, type Link, THIS_MACHINE } from './machines.js';
import { planStack, portKeys, type StackPlan } from './plan.js';
import { parseTopology } from './topology.js';

const TREE = {
  cells: [
    { name: 'west', cells: [{ name: 'a', hosts: [{ name: 'a1' }, { name: 'a2', driver: 'fake' }] }] },
    { name: 'east', hosts: { count: 5, processes: 2 } },
  ],
};

const plan = (extra: object = {}): StackPlan => {
  const topology = parseTopology({ ...TREE, ...extra });
  const ports = new Map(portKeys(topology).map((key, index) => [key, 20_000 + index]));
  return planStack({ topology, port: key => ports.get(key) ?? Number.NaN, secret: name => `secret-of-${name}` });
};

const cell = (stack: StackPlan, path: string) => {
  const found = stack.cells.find(one => one.path === path);
  if (!found) throw new Error(`no cell ${path}`);
  return found;
};

describe('the plan of a stack', () => {
  it('gives every cell its own database server and its own broker', () => {
    const stack = plan();
    expect(stack.databaseServers.map(server => server.name)).toEqual([
      'api.mariadb',
      'api.west.mariadb',
      'api.west.a.mariadb',
      'api.east.mariadb',
    ]);
    expect(stack.brokerServers.map(server => server.vhosts.map(vhost => vhost.name))).toEqual([
      ['api'],
      ['api.west'],
      ['api.west.a'],
      ['api.east'],
    ]);
    const ports = [...stack.databaseServers, ...stack.brokerServers].flatMap(server =>
      'distributionPort' in server ? [server.port, server.distributionPort] : [server.port],
    );
    expect(new Set(ports).size).toBe(12);
  });

  it('shares one server of each, with a database and a virtual host per cell and accounts that nobody else has', () => {
    const stack = plan({ servers: { shared: true } });
    expect(stack.databaseServers.map(server => server.databases.length)).toEqual([4]);
    expect(stack.brokerServers.map(server => server.vhosts.length)).toEqual([4]);
    const users =
      stack.brokerServers[0]?.vhosts.flatMap(vhost => [
        vhost.cell.user,
        vhost.computes.user,
        ...[...vhost.children.values()].map(account => account.user),
      ]) ?? [];
    expect(new Set(users).size).toBe(users.length);
  });

  it('gives a child an account of its own on its parent’s broker, and computes one on their cell’s', () => {
    const stack = plan();
    const west = cell(stack, 'api!west');
    const leaf = cell(stack, 'api!west!a');
    expect(leaf.parent).toBe(west);
    expect(new URL(west.brokerUrlForChild('a')).username).toBe('cell-a');
    expect(new URL(west.brokerUrlForChild('a')).port).toBe(new URL(west.brokerUrl).port);
    expect(new URL(leaf.brokerUrlForComputes).username).toBe('compute');
    expect(new URL(leaf.brokerUrlForComputes).pathname).toBe('/api.west.a');
  });

  it('uses the servers that a cell has already, and starts none beside them', () => {
    const broker = 'amqp://cell:pw@mq.example.org/east';
    const stack = plan({ cells: [{ name: 'east', database: 'mysql://u:p@db.example.org:3306/east', broker, cells: [{ name: 'c' }] }] });
    const east = cell(stack, 'api!east');
    expect([east.databaseUrl, east.brokerUrl, east.brokerUrlForChild('c'), east.brokerServer]).toEqual([
      'mysql://u:p@db.example.org:3306/east',
      broker,
      broker,
      undefined,
    ]);
    expect(stack.databaseServers.map(server => server.name)).toEqual(['api.mariadb', 'api.east.c.mariadb']);
  });

  it('raises only what is below a root that runs elsewhere', () => {
    const broker = 'amqp://api.west.cell-b:pw@mq.example.org/api.west';
    const stack = plan({ name: 'west', elsewhere: 'api!west', broker, cells: [{ name: 'b', hosts: [{ name: 'b1' }] }] });
    expect(stack.cells.map(one => one.path)).toEqual(['api!west!b']);
    expect(cell(stack, 'api!west!b').parent?.brokerUrlForChild('b')).toBe(broker);
    expect([...stack.databaseServers, ...stack.brokerServers].map(server => server.name)).toEqual([
      'api.west.b.mariadb',
      'api.west.b.rabbitmq',
    ]);
    expect(() => parseTopology({ elsewhere: 'api!west', cells: [{ name: 'b' }] })).toThrow('broker: must say');
  });

  it('makes one compute process per host, and shares out a group of played hosts', () => {
    const stack = plan();
    expect(cell(stack, 'api!west!a').computes.map(compute => [compute.name, compute.driver])).toEqual([
      ['api.west.a.host-a1', 'libvirt'],
      ['api.west.a.host-a2', 'fake'],
    ]);
    const groups = cell(stack, 'api!east').computes.map(compute => compute.hosts);
    expect(groups).toMatchObject([
      { count: 3, namePrefix: 'h1-' },
      { count: 2, namePrefix: 'h2-' },
    ]);
  });

  it('keeps names of databases within what MariaDB takes, however deep the tree', () => {
    const deep = (left: number): object => ({ name: `cell-number-${left}`, cells: left > 0 ? [deep(left - 1)] : [] });
    const names = plan({ cells: [deep(9)] }).databaseServers.flatMap(server => server.databases.map(database => database.name));
    expect(Math.max(...names.map(name => name.length))).toBeLessThanOrEqual(64);
    expect(new Set(names).size).toBe(names.length);
  });

  it('puts each cell on its own machine, and every way between machines where it is told to', () => {
    const topology = parseTopology(TREE);
    const machines = {
      ...THIS_MACHINE,
      addressOf: (cell: string) => `at-${cell}`,
      overLink: ({ cell: to, child }: Link, broker: Address) => ({ host: `${child ?? 'hosts'}-to-${to}`, port: broker.port + 1 }),
      apart: true,
    };
    const stack = planStack({ topology, port: key => (key.endsWith('mariadb') ? 3306 : 5672), secret: name => name, machines });
    const west = cell(stack, 'api!west');
    expect(new URL(west.databaseUrl).host).toBe('at-api.west:3306');
    expect(new URL(west.brokerUrl).host).toBe('at-api.west:5672');
    expect(new URL(west.brokerUrlForChild('a')).host).toBe('a-to-api.west:5673');
    expect(new URL(cell(stack, 'api!east').brokerUrlForComputes).host).toBe('hosts-to-api.east:5673');
    expect(stack.brokerServers.map(server => server.address)).toContain('at-api.west.a');
  });
});
