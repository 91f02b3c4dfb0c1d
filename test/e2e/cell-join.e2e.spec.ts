import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '#testing';
import { resetStack } from '../../tools/stack/stack.js';
import { E2eStack, sources, temporaryDirectory } from './e2e-stack.js';
import { ApiClient } from './kill/api-client.js';

const TREE = {
  driver: 'fake',
  servers: { shared: true },
  cells: [{ name: 'west', processes: 2, cells: [{ name: 'a', hosts: [{ name: 'a1', vcpus: 1, memoryMb: 64, diskGb: 1 }] }] }],
};
const MINUTE = 60_000;
const COMMAND_MS = 4 * MINUTE;

let e2e: E2eStack;
/** Of the machine that joins. */
let machine: string;
beforeAll(async () => {
  e2e = await E2eStack.raise(TREE);
  machine = join(temporaryDirectory(), 'cell');
}, 4 * MINUTE);
afterAll(async () => {
  await resetStack(machine, sources);
  rmSync(join(machine, '..'), { recursive: true, force: true });
  await e2e.down();
});

const canopy = (...args: string[]) => e2e.canopy(...args);
const json = (...args: string[]) => e2e.canopyJson(...args);

/** Hosts that the top shows as services and, each of them, as a hypervisor too. */
const hostsIn = async (api: ApiClient): Promise<string[]> => {
  const read = async (path: string) => (await api.call('GET', path)).json();
  const { services } = (await read('/os-services?binary=nova-compute')) as { services: { host: string }[] };
  const { hypervisors } = (await read('/os-hypervisors')) as { hypervisors: { hypervisor_hostname: string }[] };
  const known = hypervisors.map(one => one.hypervisor_hostname);
  return services
    .map(one => one.host)
    .filter(host => known.includes(host))
    .sort();
};

/** The logs of the tree and of the machine. */
const logs = (): string =>
  [e2e.stack.logDirectory, join(machine, 'log')]
    .flatMap(directory => readdirSync(directory).map(name => readFileSync(join(directory, name), 'utf8')))
    .join('\n');

describe.sequential('a cell that comes while everything runs', () => {
  let token: string;

  it('has a place in the tree at once, disabled, and a token for its machine', async () => {
    const { cell, join_token, expires_at } = await json('cell', 'create', 'west!b');
    expect(cell).toMatchObject({ path: 'api!west!b', enabled: false, health: 'never-seen' });
    expect(Date.parse(expires_at) - Date.now()).toBeGreaterThan(23 * 60 * MINUTE);
    token = join_token;
  });

  it(
    'joins by one command, and is enabled when its self-check has passed',
    async () => {
      const { code, out, err } = await canopy('cell', 'join', token, '--directory', machine, '--hosts', '1', '--timeout', '200');
      expect(err).toBe('');
      expect(out).toContain('api!west!b is in the tree, and enabled');
      expect(out).toMatch(/ok +account there +it may use its own queue and exchange, and was refused 6 other things/);
      expect(code).toBe(0);
      expect(await json('cell', 'show', 'west!b')).toMatchObject({ health: 'up', enabled: true, servers: 0 });
      for (const file of ['join.json', 'topology.yaml', 'secrets.json', 'config/api.west.b.cell.yaml'])
        expect(statSync(join(machine, file)).mode & 0o777).toBe(0o600);
    },
    COMMAND_MS,
  );

  it(
    'is found as it is by the same command, and closed to a second machine',
    async () => {
      const again = await canopy('cell', 'join', token, '--directory', machine, '--hosts', '1');
      expect(again.code).toBe(0);
      const other = await canopy('cell', 'join', token, '--directory', `${machine}-2`);
      expect(other).toMatchObject({ code: 1, err: expect.stringContaining('has been used by another machine') });
    },
    COMMAND_MS,
  );

  it(
    'gets servers, and is not removed while it has one',
    async () => {
      const api = new ApiClient(e2e.stack.endpoints, e2e.stack.adminPassword);
      await canopy('cell', 'disable', 'west!a');
      await api.create('newcomer', await api.image('tiny'));
      const server = await until(async () => (await api.list()).find(one => one.status !== 'BUILD'), { timeoutMs: MINUTE });
      expect(server).toMatchObject({ status: 'ACTIVE', 'OS-EXT-SRV-ATTR:host': 'b-h1' });
      const refused = await canopy('cell', 'remove', 'west!b');
      expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('there is 1 server in it') });
      await api.delete(server.id);
      await until(async () => (await api.list()).length === 0, { timeoutMs: MINUTE });
    },
    COMMAND_MS,
  );

  it(
    'goes with its hosts and its account, and its broker lets it in no more',
    async () => {
      const api = new ApiClient(e2e.stack.endpoints, e2e.stack.adminPassword);
      expect(await hostsIn(api)).toEqual(['a1', 'b-h1']);
      expect(await canopy('cell', 'remove', 'west!b')).toMatchObject({ code: 0, err: '' });
      await until(async () => (await hostsIn(api)).join() === 'a1', { timeoutMs: MINUTE, everyMs: 250, what: 'the hosts of b being gone' });
      expect(await canopy('cell', 'show', 'west!b')).toMatchObject({ code: 1, err: expect.stringContaining('could not be found') });
      const log = join(machine, 'log', 'api.west.b.cell.log');
      await until(() => readFileSync(log, 'utf8').includes('"broker":"parent","msg":"broker disconnected"'), { timeoutMs: MINUTE });
    },
    COMMAND_MS,
  );

  it('leaves neither token nor password in any log', () => {
    const { password, passwordHash } = JSON.parse(readFileSync(join(machine, 'join.json'), 'utf8'));
    const secret = JSON.parse(Buffer.from(token.slice('canopy1.'.length), 'base64url').toString()).s;
    const text = logs();
    expect(text).toContain('join token redeemed');
    for (const hidden of [token, secret, password, passwordHash]) expect(text).not.toContain(hidden);
  });
});
