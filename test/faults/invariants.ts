import type { Guest } from '../e2e/kill/guests.js';
import type { View } from './outside.js';
import type { CellsView } from './outside-cells.js';
import { cellOfHost, FLAVOR, HOST_VCPUS } from './tree.js';
import type { User } from './user.js';

/** Everything that is looked at in the end. */
export interface Evidence {
  readonly user: Pick<User, 'accepted' | 'deleted' | 'unsure'>;
  /** Hosts whose guests a power cut has switched off. */
  readonly hostsLost: ReadonlySet<string>;
  readonly view: View;
  readonly guests: readonly Guest[];
  readonly tree: CellsView;
}

/** Longer than a status may be under way when nothing is wrong, on a busy machine. */
const MOST_LAG_SECONDS = 10;

/** What must hold when all is mended and quiet. Each gives what is wrong, in words; nothing when it holds. */
export const INVARIANTS: Readonly<Record<string, (evidence: Evidence) => string[]>> = {
  'every accepted server is there': ({ user, view }) => {
    const listed = new Set(view.servers.map(server => server.id));
    const missing = [...user.accepted].filter(([uuid]) => !user.deleted.has(uuid) && !listed.has(uuid));
    return missing.map(([uuid, { name }]) => `${name} (${uuid}) is lost`);
  },

  'every server that is shown is ACTIVE or ERROR, or SHUTOFF where the power failed': ({ view, hostsLost }) =>
    view.servers
      .filter(server => {
        const isOff = server.status === 'SHUTOFF' && hostsLost.has(server['OS-EXT-SRV-ATTR:host'] ?? '');
        return !(isOff || ['ACTIVE', 'ERROR'].includes(server.status)) || server['OS-EXT-STS:task_state'];
      })
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

  'a server that is ACTIVE or SHUTOFF has a guest that is so, on the host that it says, and no other guest is anywhere': ({
    view,
    guests,
  }) => {
    const built = view.servers.filter(server => server.status !== 'ERROR');
    const wanted = new Set(
      built.map(server => `${server.id} on ${server['OS-EXT-SRV-ATTR:host']} ${runsOrNot(server.status === 'ACTIVE')}`),
    );
    const found = guests.map(({ uuid, host, runs }) => `${uuid} on ${host} ${runsOrNot(runs)}`);
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

  'every cell is up, and is heard without lag': ({ tree }) =>
    tree.cells
      .filter(({ health, lagSeconds }) => health !== 'up' || (lagSeconds ?? 0) > MOST_LAG_SECONDS)
      .map(({ path, health, lagSeconds }) => `${path} is ${health}, with a lag of ${lagSeconds} s`),

  'a cell has the servers that are shown in it, and its parent counts them': ({ view, tree }) =>
    tree.cells.flatMap(({ path, instances, counted }) => {
      const hosts = view.servers.flatMap(server => server['OS-EXT-SRV-ATTR:host'] ?? []);
      const shown = hosts.filter(host => `${cellOfHost(host)}!`.startsWith(`${path}!`)).length;
      return instances === shown && counted === shown ? [] : [`${path} has ${instances}, ${counted} are counted, ${shown} are shown`];
    }),

  'parent and child have the same instances, in the same version': ({ tree }) => [...tree.differences],

  'nothing is promised, and as many more fit as the hosts have room for': ({ view, tree }) => {
    const room = view.hosts.reduce((sum, host) => sum + HOST_VCPUS - host.vcpus_used, 0) / FLAVOR.vcpus;
    const promised = tree.reserved ? [`room for ${tree.reserved} is promised`] : [];
    return tree.fits === room ? promised : [...promised, `${tree.fits} fit, the hosts have room for ${room}`];
  },

  'nothing is parked, waits in a queue or an outbox, or is under way': ({ tree }) =>
    tree.cells.flatMap(({ path, waiting, parked }) => [
      ...Object.entries(waiting).map(([what, messages]) => `${path}: ${messages} in ${what}`),
      ...parked.map(message => `${path} parked ${message}`),
    ]),
};

const runsOrNot = (runs: boolean): string => (runs ? 'running' : 'off');

export const violations = (evidence: Evidence): string[] =>
  Object.entries(INVARIANTS).flatMap(([name, check]) => {
    const wrong = check(evidence);
    return wrong.length === 0 ? [] : [`${name}:`, ...wrong.slice(0, 10).map(line => `  ${line}`), ...more(wrong.length - 10)];
  });

const more = (count: number): string[] => (count > 0 ? [`  and ${count} more`] : []);
