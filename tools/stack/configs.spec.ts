import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { nodeProcesses } from './configs.js';
import { layoutOf } from './layout.js';
import { planStack } from './plan.js';
import { parseTopology } from './topology.js';

const processes = (tree: object) => {
  const topology = parseTopology(tree);
  const plan = planStack({ topology, port: () => 20_000, secret: name => name });
  return nodeProcesses({ topology, plan, layout: layoutOf('/stack'), adminPassword: 'admin-password', epmdPort: 20_000 });
};

describe('the configurations of a stack', () => {
  it('name each cell, its children, its own broker and its parent’s', () => {
    const all = processes({ cells: [{ name: 'west', cells: [{ name: 'a' }] }] });
    expect(all.map(one => [one.name, one.app])).toEqual([
      ['api.cell', 'api-cell'],
      ['api.west.cell', 'child-cell'],
      ['api.west.a.cell', 'child-cell'],
    ]);
    expect(all[1]?.config).toMatchObject({
      cell: 'api!west',
      children: [{ name: 'a' }],
      parent: { broker: { url: expect.stringContaining('cell-west:') } },
    });
    expect(all[0]?.config).not.toHaveProperty('parent');
  });

  it('give the api cell its listeners and the administrator’s password', () => {
    const [api] = processes({ cells: [{ name: 'c' }], listen: { host: '0.0.0.0', computePort: 1234 } });
    expect(api?.config).toMatchObject({
      listeners: { compute: { host: '0.0.0.0', port: 1234 } },
      publicHost: '127.0.0.1',
      identity: { adminPassword: 'admin-password' },
      floatingIpPools: [{ name: 'public', cidr: '203.0.113.0/24' }],
    });
  });

  it('give each child cell a door of its own, and only the hash of what opens it', () => {
    const [api, west] = processes({ cells: [{ name: 'west' }] });
    expect(api?.config).not.toHaveProperty('admin');
    const tokenHash = createHash('sha256').update('api.west/admin-token').digest('hex');
    expect(west?.config).toMatchObject({ admin: { host: '127.0.0.1', port: 20_000, tokenHash }, moves: { allowResizeToSameHost: true } });
    expect(JSON.stringify(west?.config)).not.toContain('admin-token');
  });

  it('give everybody who connects to a broker with TLS its files, and who has a way without TLS none', () => {
    const brokerTls = { ca: '/ca.pem' };
    const broker = 'amqps://u:p@mq.example.org/west';
    const west = {
      name: 'west',
      broker,
      brokerTls,
      brokerForComputes: 'amqp://c:p@mq/west',
      hosts: [{ name: 'h' }],
      cells: [{ name: 'a' }],
    };
    const [, cell, host, below] = processes({ driver: 'fake', cells: [{ ...west, brokerAccounts: { kind: 'command' } }] });
    expect(cell?.config.broker).toEqual({ url: broker, tls: brokerTls, accounts: { kind: 'command' } });
    expect(below?.config.parent).toEqual({ broker: { url: broker, tls: brokerTls } });
    expect(host?.config.broker).toEqual({ url: 'amqp://c:p@mq/west' });
  });

  it('give every process a port for its metrics when one is wanted, and each worker of the API one', () => {
    const tree = { driver: 'fake', workers: 2, cells: [{ name: 'c', processes: 2, hosts: [{ name: 'h' }] }] };
    const portsOf = (more: object) => processes({ ...tree, ...more }).map(({ config }) => config.metrics);
    expect(portsOf({ metricsPort: 9180 })).toEqual([9180, 9182, 9183, 9184].map(port => ({ host: '127.0.0.1', port })));
    expect(portsOf({})).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('start the equal processes of a cell that asks for several', () => {
    const names = processes({ cells: [{ name: 'c', processes: 3 }] }).map(one => one.name);
    expect(names).toEqual(['api.cell', 'api.c.cell', 'api.c.cell-2', 'api.c.cell-3']);
  });

  it('give a host of libvirt its daemon’s socket, and a played one a journal', () => {
    const [, , real, played] = processes({
      cells: [
        {
          name: 'c',
          hosts: [
            { name: 'h1', vcpus: 2 },
            { name: 'h2', driver: 'fake' },
          ],
        },
      ],
    });
    expect(real).toMatchObject({
      libvirtds: ['api.c.h1.libvirtd'],
      config: { hosts: [{ name: 'h1', driver: { kind: 'libvirt', virtType: 'auto', total: { vcpus: 2 } } }] },
    });
    expect(JSON.stringify(real?.config)).toContain('/stack/hosts/api.c.h1/sock/libvirt-sock');
    expect(played).toMatchObject({
      libvirtds: [],
      config: { hosts: [{ driver: { kind: 'fake', stateDirectory: '/stack/hosts/api.c.h2/guests' } }] },
    });
  });
});
