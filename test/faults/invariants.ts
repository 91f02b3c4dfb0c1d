import type { CellState } from '../e2e/kill/world.js';
import type { View } from './outside.js';
import type { User } from './user.js';

/** Everything that is looked at in the end. */
export interface Evidence {
  readonly user: Pick<User, 'accepted' | 'deleted' | 'unsure'>;
  readonly view: View;
  readonly guests: readonly { readonly uuid: string; readonly host: string }[];
  readonly cells: readonly CellState[];
}

/** Of the flavor that the user takes. */
export const FLAVOR = { vcpus: 1, memoryMb: 128 };

/** What must hold when all is mended and quiet. Each gives what is wrong, in words; nothing when it holds. */
export const INVARIANTS: Readonly<Record<string, (evidence: Evidence) => string[]>> = {
  'every accepted server is there': ({ user, view }) => {
    const listed = new Set(view.servers.map(server => server.id));
    const missing = [...user.accepted].filter(([uuid]) => !user.deleted.has(uuid) && !listed.has(uuid));
    return missing.map(([uuid, { name }]) => `${name} (${uuid}) is lost`);
  },

  'every server that is shown is ACTIVE or ERROR': ({ view }) =>
    view.servers
      .filter(server => !['ACTIVE', 'ERROR'].includes(server.status) || server['OS-EXT-STS:task_state'])
      .map(server => `${server.name} (${server.id}) is ${server.status}, ${server['OS-EXT-STS:task_state']}`),

  'no deleted server is shown': ({ user, view }) =>
    view.servers.filter(server => user.deleted.has(server.id)).map(server => `${server.name} (${server.id}) is ${server.status}`),

  'no server is doubled or comes from nowhere': ({ user, view }) => {
    const known = new Set([...user.unsure, ...[...user.accepted.values()].map(({ name }) => name)]);
    const names = view.servers.map(server => server.name);
    return names.flatMap((name, index) => {
      if (!known.has(name)) return [`nobody asked for ${name}`];
      return names.indexOf(name) === index ? [] : [`${name} is there twice`];
    });
  },

  'an ACTIVE server has a guest, on the host that it says, and no other guest is anywhere': ({ view, guests }) => {
    const active = view.servers.filter(server => server.status === 'ACTIVE');
    const wanted = new Set(active.map(server => `${server.id} on ${server['OS-EXT-SRV-ATTR:host']}`));
    const found = guests.map(({ uuid, host }) => `${uuid} on ${host}`);
    return [
      ...[...wanted].filter(one => !found.includes(one)).map(one => `no guest ${one}`),
      ...found.filter(one => !wanted.has(one)).map(one => `a guest without a server: ${one}`),
    ];
  },

  "a host's use is the sum of its servers": ({ view }) =>
    view.hosts.flatMap(host => {
      const name = host.hypervisor_hostname;
      const here = view.servers.filter(server => server['OS-EXT-SRV-ATTR:host'] === name).length;
      const [cores, memory] = [here * FLAVOR.vcpus, here * FLAVOR.memoryMb];
      if (host.vcpus_used === cores && host.memory_mb_used === memory) return [];
      return [`${name} says ${host.vcpus_used} vcpus and ${host.memory_mb_used} MB, its ${here} servers make ${cores} and ${memory}`];
    }),

  "the project's quota is the sum of its servers": ({ view }) => {
    const n = view.servers.length;
    const sum = { instances: n, cores: n * FLAVOR.vcpus, ram: n * FLAVOR.memoryMb };
    return JSON.stringify(view.quota) === JSON.stringify(sum)
      ? []
      : [`${JSON.stringify(view.quota)} is used, ${JSON.stringify(sum)} is there`];
  },

  'a deleted server is gone in every cell': ({ view, cells }) => {
    const listed = new Set(view.servers.map(server => server.id));
    return cells.flatMap(cell =>
      [...cell.instances]
        .filter(([uuid, { vmState, host }]) => !listed.has(uuid) && !isRejectedOrder(vmState, host))
        .map(([uuid]) => `${cell.path} has ${uuid}`),
    );
  },

  "a host's claims are the sum of its instances": ({ cells }) =>
    cells.flatMap(cell =>
      cell.claims
        .filter(claim => claim.used !== claim.sum || claim.usedMemoryMb !== claim.sumMemoryMb)
        .map(claim => `${cell.path}: ${JSON.stringify(claim)}`),
    ),

  'nothing is parked, waits in an outbox, or is under way': ({ cells }) =>
    cells.flatMap(cell =>
      Object.entries(cell.underWay)
        .filter(([, rows]) => rows > 0)
        .map(([table, rows]) => `${cell.path}: ${rows} rows of ${table}`),
    ),
};

/** A cell remembers for a day which orders it gave back: they hold nothing. */
const isRejectedOrder = (vmState: string, host: string | null): boolean => vmState === 'error' && host === null;

export const violations = (evidence: Evidence): string[] =>
  Object.entries(INVARIANTS).flatMap(([name, check]) => {
    const wrong = check(evidence);
    return wrong.length === 0 ? [] : [`${name}:`, ...wrong.slice(0, 10).map(line => `  ${line}`), ...more(wrong.length - 10)];
  });

const more = (count: number): string[] => (count > 0 ? [`  and ${count} more`] : []);
