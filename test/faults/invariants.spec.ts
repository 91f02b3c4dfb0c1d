import { describe, expect, it } from 'vitest';
import type { Server } from '../e2e/kill/api-client.js';
import { type Evidence, violations } from './invariants.js';
import type { CellView } from './outside-cells.js';

const server = (id: string, change: Partial<Server> = {}): Server => ({
  id,
  name: `name-of-${id}`,
  status: 'ACTIVE',
  'OS-EXT-STS:task_state': null,
  'OS-EXT-SRV-ATTR:host': 'a1',
  ...change,
});

/** One server that is everywhere as it should be. */
const sound = (): Evidence => ({
  user: { accepted: new Map([['a', { name: 'name-of-a', at: 0 }]]), deleted: new Set(), unsure: new Set() },
  view: {
    servers: [server('a')],
    hosts: [{ hypervisor_hostname: 'a1', vcpus_used: 1, memory_mb_used: 128, running_vms: 1 }],
    quota: { instances: 1, cores: 1, ram: 128 },
  },
  guests: [{ uuid: 'a', host: 'a1', runs: true }],
  hostsLost: new Set(),
  tree: {
    cells: [
      { path: 'api', health: 'up', lagSeconds: null, instances: 1, counted: 1, waiting: {}, parked: [] },
      { path: 'api!west', health: 'up', lagSeconds: 0.1, instances: 1, counted: 1, waiting: {}, parked: [] },
      { path: 'api!west!a', health: 'up', lagSeconds: 0.1, instances: 1, counted: 1, waiting: {}, parked: [] },
      { path: 'api!east', health: 'up', lagSeconds: 0.1, instances: 0, counted: 0, waiting: {}, parked: [] },
    ],
    reserved: 0,
    fits: 15,
    differences: [],
  },
});

type Part = { [K in keyof Evidence]: Evidence[K] };
const broken = (change: (evidence: Part) => Partial<Part>): string => {
  const evidence = sound();
  return violations({ ...evidence, ...change(evidence) }).join('\n');
};

describe('the invariants', () => {
  it('hold of a tree in which all is well', () => {
    expect(violations(sound())).toEqual([]);
  });

  it('see a server that is lost, doubled, resurrected or stuck', () => {
    expect(broken(({ view }) => ({ view: { ...view, servers: [] } }))).toContain('name-of-a (a) is lost');
    expect(broken(({ view }) => ({ view: { ...view, servers: [server('a'), server('b', { name: 'name-of-a' })] } }))).toContain(
      'there twice',
    );
    expect(broken(({ view }) => ({ view: { ...view, servers: [server('a'), server('x')] } }))).toContain('nobody asked for name-of-x');
    expect(broken(({ user }) => ({ user: { ...user, deleted: new Set(['a']) } }))).toContain('no deleted server is shown');
    expect(broken(({ view }) => ({ view: { ...view, servers: [server('a', { status: 'BUILD' })] } }))).toContain('name-of-a (a) is BUILD');
  });

  it('see a guest that is missing, on another host, or nobody knows', () => {
    expect(broken(() => ({ guests: [] }))).toContain('no guest a on a1');
    expect(broken(() => ({ guests: [{ uuid: 'a', host: 'e1', runs: true }] }))).toContain('a guest without a server: a on e1');
  });

  it('let a server be off where the power failed, when its guest is, and nowhere else', () => {
    const off = { guests: [{ uuid: 'a', host: 'a1', runs: false }], hostsLost: new Set(['a1']) };
    const shutOff = broken(({ view }) => ({ ...off, view: { ...view, servers: [server('a', { status: 'SHUTOFF' })] } }));
    expect(shutOff).toBe('');
    expect(broken(() => off)).toContain('no guest a on a1 running');
    expect(broken(({ view }) => ({ view: { ...view, servers: [server('a', { status: 'SHUTOFF' })] } }))).toContain(
      'name-of-a (a) is SHUTOFF',
    );
  });

  it('see sums that do not agree', () => {
    const host = { hypervisor_hostname: 'a1', vcpus_used: 2, memory_mb_used: 128, running_vms: 1 };
    expect(broken(({ view }) => ({ view: { ...view, hosts: [host] } }))).toContain('a1 says 2 vcpus');
    expect(broken(({ view }) => ({ view: { ...view, quota: { instances: 2, cores: 1, ram: 128 } } }))).toContain("the project's quota");
  });

  const cellWith = (change: Partial<CellView>) =>
    broken(({ tree }) => ({
      tree: { ...tree, cells: tree.cells.map(cell => (cell.path === 'api!west' ? { ...cell, ...change } : cell)) },
    }));

  it('see what is parked, waits or is under way, and room that is promised or lost', () => {
    expect(cellWith({ parked: ['instance.build: poison'] })).toContain('api!west parked instance.build: poison');
    expect(cellWith({ waiting: { 'outbox to api': 2 } })).toContain('api!west: 2 in outbox to api');
    expect(broken(({ tree }) => ({ tree: { ...tree, reserved: 1, fits: 14 } }))).toContain('room for 1 is promised');
    expect(broken(({ tree }) => ({ tree: { ...tree, fits: 14 } }))).toContain('14 fit, the hosts have room for 15');
  });

  it('see a cell that is silent or behind, that kept a deleted server, or differs from its parent', () => {
    expect(cellWith({ health: 'mute' })).toContain('api!west is mute');
    expect(cellWith({ lagSeconds: 30 })).toContain('with a lag of 30 s');
    expect(cellWith({ instances: 2 })).toContain('api!west has 2, 1 are counted, 1 are shown');
    expect(cellWith({ counted: 0 })).toContain('api!west has 1, 0 are counted, 1 are shown');
    expect(broken(({ tree }) => ({ tree: { ...tree, differences: ['api!east: b: unknown above'] } }))).toContain('api!east: b');
  });
});
