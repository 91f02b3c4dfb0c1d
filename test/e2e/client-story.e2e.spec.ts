import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { E2eStack } from './e2e-stack.js';

/** Two played hosts of one cell: what the client asks for is done at once, so that much can be asked. */
const TREE = { driver: 'fake', servers: { shared: true }, cells: [{ name: 'a', hosts: [{ name: 'a1' }, { name: 'a2' }] }] };

let cloud: E2eStack;

beforeAll(async () => {
  cloud = await E2eStack.raise(TREE);
  const image = join(cloud.directory, 'image.raw');
  writeFileSync(image, Buffer.alloc(65_536));
  await cloud.openstack('image', 'create', '--disk-format', 'raw', '--container-format', 'bare', '--public', '--file', image, 'empty');
  await cloud.openstack('flavor', 'create', '--ram', '64', '--disk', '1', '--vcpus', '1', 'small');
  await cloud.openstack('flavor', 'create', '--ram', '128', '--disk', '2', '--vcpus', '2', 'large');
}, 300_000);
afterAll(() => cloud?.down(), 120_000);

/** The client's own --wait looks every five seconds only. @returns the host that the server is on */
const create = async (name: string, ...more: string[]) => {
  await cloud.openstack('server', 'create', '--flavor', 'small', '--image', 'empty', '--nic', 'none', ...more, name);
  await cloud.reaches(name, 'ACTIVE');
  return hostOf(name);
};
const show = (name: string) => cloud.json('server', 'show', name);
const hostOf = async (name: string) => (await show(name))['OS-EXT-SRV-ATTR:host'];

describe.sequential("a project's days with Debian's openstack client", () => {
  it('tells a project that has used nothing so', async () => {
    expect(await cloud.json('usage', 'show')).toMatchObject({ 'CPU Hours': 0, 'RAM MB-Hours': 0 });
  });

  it('gives a project a quota of its own', async () => {
    await cloud.openstack('quota', 'set', '--cores', '99', 'admin');
    expect(await cloud.json('quota', 'show', 'admin')).toMatchObject({ cores: 99, instances: 10 });
  });

  it('keeps servers of an anti-affine group apart', async () => {
    const { id: group } = await cloud.json<{ id: string }>('server', 'group', 'create', '--policy', 'anti-affinity', 'apart');
    const hosts = [await create('one', '--hint', `group=${group}`), await create('two', '--hint', `group=${group}`)];
    expect(hosts.sort()).toEqual(['a1', 'a2']);
    await cloud.openstack('server', 'delete', 'two');
  });

  it('builds a server on the host that its administrator names, in its zone or by itself', async () => {
    const inZone = ['--availability-zone', 'nova:a2'];
    const byItself = ['--os-compute-api-version', '2.74', '--host', 'a1'];
    expect(await Promise.all([create('forced', ...inZone), create('asked', ...byItself)])).toEqual(['a2', 'a1']);
    await cloud.openstack('server', 'delete', 'forced', 'asked');
  });

  it('finds a server by its tag', async () => {
    await cloud.openstack('server', 'set', '--tag', 'first', '--property', 'c=d', '--description', 'hello', 'one');
    expect(await cloud.json('server', 'list', '--tags', 'first')).toMatchObject([{ Name: 'one', Status: 'ACTIVE' }]);
    expect(await show('one')).toMatchObject({ description: 'hello', properties: { c: 'd' } });
  });

  it('resizes a server, and takes it back', async () => {
    await cloud.openstack('server', 'resize', '--flavor', 'large', 'one');
    await cloud.reaches('one', 'VERIFY_RESIZE');
    await cloud.openstack('server', 'resize', 'revert', 'one');
    await cloud.reaches('one', 'ACTIVE');
    expect(await show('one')).toMatchObject({ flavor: { original_name: 'small', ram: 64 } });
    await cloud.openstack('server', 'resize', '--flavor', 'large', 'one');
    await cloud.reaches('one', 'VERIFY_RESIZE');
    await cloud.openstack('server', 'resize', 'confirm', 'one');
    await cloud.reaches('one', 'ACTIVE');
    expect(await show('one')).toMatchObject({ flavor: { original_name: 'large', ram: 128 } });
  });

  it('migrates a server to the other host, and tells of it', async () => {
    const before = await hostOf('one');
    await cloud.openstack('server', 'migrate', 'one');
    await cloud.reaches('one', 'VERIFY_RESIZE');
    await cloud.openstack('server', 'migration', 'confirm', 'one');
    await cloud.reaches('one', 'ACTIVE');
    const after = await hostOf('one');
    expect([before, after].sort()).toEqual(['a1', 'a2']);
    const moves = await cloud.json<Record<string, string>[]>('server', 'migration', 'list', '--server', 'one');
    expect(moves.map(move => [move.Type, move.Status])).toEqual([
      ['migration', 'confirmed'],
      ['resize', 'confirmed'],
      ['resize', 'reverted'],
    ]);
  });

  it('shelves a server, and brings it back', async () => {
    await cloud.openstack('server', 'shelve', 'one');
    await cloud.reaches('one', 'SHELVED_OFFLOADED');
    expect(await hostOf('one')).toBeNull();
    await cloud.openstack('server', 'unshelve', 'one');
    await cloud.reaches('one', 'ACTIVE');
  });

  it('gives an aggregate of hosts a zone of its own', async () => {
    await cloud.openstack('aggregate', 'create', '--zone', 'east-wing', '--property', 'x=y', 'wing');
    await cloud.openstack('aggregate', 'add', 'host', 'wing', 'a2');
    expect(await create('placed', '--availability-zone', 'east-wing')).toBe('a2');
  });

  it('builds nothing on a host whose service is disabled', async () => {
    await cloud.openstack('compute', 'service', 'set', '--disable', '--disable-reason', 'repair', 'a2', 'nova-compute');
    expect(await create('elsewhere')).toBe('a1');
    await cloud.openstack('compute', 'service', 'set', '--enable', 'a2', 'nova-compute');
    const services = await cloud.json<Record<string, string>[]>('compute', 'service', 'list', '--service', 'nova-compute');
    expect(services.map(service => service.Status)).toEqual(['enabled', 'enabled']);
  });

  it('counts what was used', async () => {
    const [usage] = await cloud.json<{ Servers: { name: string }[] }[]>('usage', 'list');
    expect(usage?.Servers.map(server => server.name).sort()).toEqual(['asked', 'elsewhere', 'forced', 'one', 'placed', 'two']);
  });
});
