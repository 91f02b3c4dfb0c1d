import { createHash, createPrivateKey } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '#testing';
import { E2eStack } from './e2e-stack.js';
import { tinyImage } from './tiny-image.js';

/** Real guests in west!a and east; hosts that are only played in `many`, for what needs room. */
const TREE = {
  servers: { shared: true },
  cells: [
    { name: 'west', cells: [{ name: 'a', hosts: [{ name: 'a1', memoryMb: 1024 }] }] },
    { name: 'many', hosts: { count: 3, namePrefix: 'played-', zone: 'played' } },
  ],
};
const GREETING = 'greetings from the user data';

let cloud: E2eStack;
let imageFile: string;

beforeAll(async () => {
  const [raised, file] = await Promise.all([E2eStack.raise(TREE), tinyImage()]);
  cloud = raised;
  imageFile = file;
}, 300_000);
afterAll(() => cloud?.down(), 120_000);

const show = (name: string) => cloud.json('server', 'show', name);
const statusOf = async (name: string) => (await show(name)).status;
const consoleOf = (name: string) => cloud.openstack('console', 'log', 'show', name);

describe.sequential("Debian's openstack client", () => {
  it('gets a token and finds every service in the catalog', async () => {
    const token = await cloud.json('token', 'issue');
    expect(token.id).toEqual(expect.stringMatching(/.{20,}/));
    const catalog = await cloud.json<{ Type: string }[]>('catalog', 'list');
    expect(catalog.map(entry => entry.Type)).toEqual(expect.arrayContaining(['identity', 'image', 'compute']));
  });

  it('gives a role that projects inherit, and lists who has it in effect', async () => {
    await cloud.openstack('user', 'create', 'heir');
    const given = ['--inherited', '--user', 'heir', '--domain', 'default', 'reader'];
    await cloud.openstack('role', 'add', ...given);
    const listed = await cloud.json('role', 'assignment', 'list', '--effective', '--names', '--user', 'heir', '--project', 'service');
    expect(listed).toEqual([expect.objectContaining({ Role: 'reader', Project: 'service@Default', Inherited: true })]);
    await cloud.openstack('role', 'remove', ...given);
    expect(await cloud.json('role', 'assignment', 'list', '--user', 'heir')).toEqual([]);
  });

  it('manages flavors', async () => {
    await cloud.json('flavor', 'create', '--ram', '128', '--disk', '1', '--vcpus', '1', 'small');
    expect(await cloud.json('flavor', 'show', 'small')).toMatchObject({ name: 'small', ram: 128, disk: 1, vcpus: 1 });
    const flavors = await cloud.json<{ Name: string; RAM: number }[]>('flavor', 'list');
    expect(flavors.find(flavor => flavor.Name === 'small')).toMatchObject({ RAM: 128 });
  });

  it('uploads an image, and saves the same bytes back', async () => {
    const created = await cloud.json(
      'image',
      'create',
      '--disk-format',
      'qcow2',
      '--container-format',
      'bare',
      '--public',
      '--file',
      imageFile,
      'tiny',
    );
    expect(created).toMatchObject({ name: 'tiny', visibility: 'public' });
    expect(await cloud.json<{ Name: string }[]>('image', 'list')).toMatchObject([{ Name: 'tiny', Status: 'active' }]);
    expect(await cloud.json('image', 'show', 'tiny')).toMatchObject({ size: readFileSync(imageFile).length });
    const saved = join(cloud.directory, 'saved.qcow2');
    await cloud.openstack('image', 'save', '--file', saved, 'tiny');
    const sum = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');
    expect(sum(saved)).toBe(sum(imageFile));
  });

  it('imports a key pair', async () => {
    const publicKey = join(cloud.directory, 'key.pub');
    writeFileSync(
      publicKey,
      `ssh-ed25519 ${Buffer.from('\0\0\0\x0bssh-ed25519\0\0\0 0123456789abcdef0123456789abcdef').toString('base64')} e2e\n`,
    );
    await cloud.openstack('keypair', 'create', '--public-key', publicKey, 'mine');
    expect(await cloud.json('keypair', 'list')).toMatchObject([{ Name: 'mine' }]);
  });

  it('has a key pair made, and the client keeps the private key', async () => {
    const privateKey = join(cloud.directory, 'made.key');
    await cloud.openstack('keypair', 'create', '--private-key', privateKey, 'made');
    expect(createPrivateKey(readFileSync(privateKey)).type).toBe('private');
    const { fingerprint } = await cloud.json<{ fingerprint: string }>('keypair', 'show', 'made');
    expect(fingerprint).toMatch(/^([0-9a-f]{2}:){15}[0-9a-f]{2}$/);
    await cloud.openstack('keypair', 'delete', 'made');
  });

  it('boots a real server through the tree', async () => {
    const userData = join(cloud.directory, 'user-data');
    writeFileSync(userData, `#!/bin/sh\necho "${GREETING}"\n`);
    const options = [
      '--flavor',
      'small',
      '--image',
      'tiny',
      '--nic',
      'none',
      '--key-name',
      'mine',
      '--config-drive',
      'true',
      '--user-data',
      userData,
    ];
    const server = await cloud.json(
      'server',
      'create',
      ...options,
      '--availability-zone',
      'nova',
      '--property',
      'purpose=e2e',
      '--wait',
      'real',
    );
    expect(server).toMatchObject({
      name: 'real',
      status: 'ACTIVE',
      'OS-EXT-STS:power_state': 1,
      'OS-EXT-SRV-ATTR:host': expect.stringContaining('a1'),
    });
    expect(server.properties).toMatchObject({ purpose: 'e2e' });
  });

  it('shows the guest’s console, where config drive and user data have arrived', async () => {
    const output = await until(
      async () => {
        const text = await consoleOf('real');
        return text.includes(GREETING) && text.includes('ready') && text;
      },
      { timeoutMs: 180_000, everyMs: 1000, what: 'the greeting on the console' },
    );
    expect(output).toMatch(/config.?drive/i);
    expect(output).toContain('real');
  });

  it('lists it with its host and zone', async () => {
    const [server] = await cloud.json<Record<string, unknown>[]>('server', 'list', '--long');
    expect(server).toMatchObject({ Name: 'real', Status: 'ACTIVE', 'Availability Zone': 'nova' });
  });

  it('stops and starts it', async () => {
    await cloud.openstack('server', 'stop', 'real');
    await cloud.reaches('real', 'SHUTOFF');
    await cloud.openstack('server', 'start', 'real');
    await cloud.reaches('real', 'ACTIVE');
  });

  it('reboots it hard and soft', async () => {
    await cloud.openstack('server', 'reboot', '--hard', '--wait', 'real');
    expect(await statusOf('real')).toBe('ACTIVE');
    await cloud.openstack('server', 'reboot', '--soft', '--wait', 'real');
    expect(await statusOf('real')).toBe('ACTIVE');
  });

  it('tells what was done to it', async () => {
    const events = await cloud.json<Record<string, string>[]>('server', 'event', 'list', 'real');
    expect(events.map(event => event.Action)).toEqual(expect.arrayContaining(['create', 'stop', 'start', 'reboot']));
    const create = events.find(event => event.Action === 'create');
    const detail = await cloud.json('server', 'event', 'show', 'real', create?.['Request ID'] ?? '');
    expect(JSON.stringify(detail.events)).toMatch(/Success/);
  });

  it('boots five at once', async () => {
    const options = ['--flavor', 'small', '--image', 'tiny', '--nic', 'none', '--availability-zone', 'played'];
    await cloud.openstack('server', 'create', ...options, '--min', '5', '--max', '5', '--wait', 'many');
    const servers = await cloud.json<{ Name: string; Status: string }[]>('server', 'list', '--name', '^many-');
    expect(servers.map(server => server.Status)).toEqual(Array(5).fill('ACTIVE'));
    expect(servers.map(server => server.Name).sort()).toEqual(['many-1', 'many-2', 'many-3', 'many-4', 'many-5']);
  });

  it('keeps security groups, floating addresses and the network that these are of', async () => {
    const group = await cloud.json<{ id: string }>('security', 'group', 'create', '--description', 'pages', 'web');
    await cloud.openstack('security', 'group', 'rule', 'create', '--protocol', 'tcp', '--dst-port', '80:443', 'web');
    const rules = await cloud.json<Record<string, unknown>[]>('security', 'group', 'rule', 'list', 'web');
    expect(rules).toMatchObject([{ 'IP Protocol': 'tcp', 'Port Range': '80:443', 'IP Range': '0.0.0.0/0', Direction: 'ingress' }]);
    expect(await cloud.json<{ Name: string }[]>('network', 'list', '--external')).toMatchObject([{ Name: 'public' }]);
    const address = await cloud.json<{ id: string; floating_ip_address: string }>('floating', 'ip', 'create', 'public');
    expect(address.floating_ip_address).toBe('203.0.113.1');
    expect(await cloud.json('quota', 'show')).toMatchObject({ instances: expect.any(Number), secgroups: expect.any(Number) });
    await cloud.openstack('floating', 'ip', 'delete', address.id);
    await cloud.openstack('security', 'group', 'delete', group.id);
  });

  it('shows the operator hypervisors, services, zones and limits', async () => {
    const hypervisors = await cloud.json<Record<string, unknown>[]>('hypervisor', 'list');
    expect(hypervisors.map(one => one.State)).toEqual(Array(4).fill('up'));
    const name = String(hypervisors.find(one => String(one['Hypervisor Hostname']).includes('a1'))?.['Hypervisor Hostname']);
    expect(await cloud.json('hypervisor', 'show', name)).toMatchObject({ hypervisor_hostname: name, state: 'up', status: 'enabled' });
    const services = await cloud.json<{ Binary: string; State: string }[]>('compute', 'service', 'list', '--service', 'nova-compute');
    expect(services.map(service => service.State)).toEqual(Array(4).fill('up'));
    const zones = await cloud.json<Record<string, string>[]>('availability', 'zone', 'list');
    expect(zones.map(zone => zone['Zone Name'])).toEqual(expect.arrayContaining(['nova', 'played']));
    const limits = await cloud.json<{ Name: string; Value: number }[]>('limits', 'show', '--absolute');
    expect(limits.find(limit => limit.Name === 'totalInstancesUsed')).toMatchObject({ Value: 6 });
  });

  it('deletes everything, and nothing of it is left on the host', async () => {
    const names = ['real', ...[1, 2, 3, 4, 5].map(number => `many-${number}`)];
    await cloud.openstack('server', 'delete', '--wait', ...names);
    expect(await cloud.json('server', 'list')).toEqual([]);
    await cloud.openstack('keypair', 'delete', 'mine');
    await cloud.openstack('flavor', 'delete', 'small');
    await cloud.openstack('image', 'delete', 'tiny');
    expect(await cloud.json('image', 'list')).toEqual([]);
    expect(await cloud.stack.guests()).toEqual([]);
  });
});
