import { describe, expect, it } from 'vitest';
import type { Server } from '../e2e/kill/api-client.js';
import { type Evidence, violations } from './invariants.js';

const server = (id: string, change: Partial<Server> = {}): Server => ({
  id,
  name: `name-of-${id}`,
  status: 'ACTIVE',
  'OS-EXT-STS:task_state': null,
  'OS-EXT-SRV-ATTR:host': 'h1',
  ...change,
});

/** One server that is everywhere as it should be. */
const sound = (): Evidence => ({
  user: { accepted: new Map([['a', { name: 'name-of-a', at: 0 }]]), deleted: new Set(), unsure: new Set() },
  view: {
    servers: [server('a')],
    hosts: [{ hypervisor_hostname: 'h1', vcpus_used: 1, memory_mb_used: 128, running_vms: 1 }],
    quota: { instances: 1, cores: 1, ram: 128 },
  },
  guests: [{ uuid: 'a', host: 'h1' }],
  cells: [
    {
      path: 'api!east',
      instances: new Map([['a', { host: 'h1', vmState: 'active', taskState: null }]]),
      underWay: { workflows: 0, outbox: 0, parked_messages: 0, reservations: 0 },
      claims: [{ host: 'h1', used: 1, sum: 1, usedMemoryMb: 128, sumMemoryMb: 128 }],
    },
  ],
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
    expect(broken(() => ({ guests: [] }))).toContain('no guest a on h1');
    expect(broken(() => ({ guests: [{ uuid: 'a', host: 'h2' }] }))).toContain('a guest without a server: a on h2');
  });

  it('see sums that do not agree', () => {
    const host = { hypervisor_hostname: 'h1', vcpus_used: 2, memory_mb_used: 128, running_vms: 1 };
    expect(broken(({ view }) => ({ view: { ...view, hosts: [host] } }))).toContain('h1 says 2 vcpus');
    expect(broken(({ view }) => ({ view: { ...view, quota: { instances: 2, cores: 1, ram: 128 } } }))).toContain("the project's quota");
    const claim = { host: 'h1', used: 2, sum: 1, usedMemoryMb: 128, sumMemoryMb: 128 };
    expect(broken(({ cells }) => ({ cells: [{ ...cells[0]!, claims: [claim] }] }))).toContain("a host's claims are the sum");
  });

  it('see what is parked or still under way, and what a cell kept of a deleted server; a rejected order is no server', () => {
    expect(broken(({ cells }) => ({ cells: [{ ...cells[0]!, underWay: { parked_messages: 1 } }] }))).toContain('1 rows of parked_messages');
    const kept = (vmState: string, host: string | null) =>
      broken(({ cells }) => ({ cells: [{ ...cells[0]!, instances: new Map([['gone', { host, vmState, taskState: null }]]) }] }));
    expect(kept('active', 'h1')).toContain('api!east has gone');
    expect(kept('error', null)).toBe('');
  });
});
