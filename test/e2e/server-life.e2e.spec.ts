import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '#testing';
import { signal } from '../../tools/stack/process/identity.js';
import { ConsoleEnd, loadPage, lookAtScreen } from './console-end.js';
import type { E2eStack } from './e2e-stack.js';
import { childrenOf } from './kill/killer.js';
import { raiseWithServer, TWO_HOSTS } from './real-server.js';

/** Deleted servers are kept for longer than this takes. */
const TREE = { ...TWO_HOSTS, reclaimInstanceSeconds: 3600 };

let cloud: E2eStack;
let id: string;

beforeAll(async () => {
  ({ cloud, id } = await raiseWithServer(TREE, 'life'));
}, 300_000);
afterAll(() => cloud?.down(), 120_000);

const show = () => cloud.json<{ id: string }>('server', 'show', 'life');
const diagnostics = () => cloud.json('server', 'show', '--diagnostics', 'life');
const boots = (times: number | string) => cloud.boots(id, times);

describe.sequential('a real server in the hands of the openstack client', () => {
  it('boots', () => boots(1));

  it('is paused and goes on', async () => {
    await cloud.openstack('server', 'pause', 'life');
    await cloud.reaches('life', 'PAUSED');
    expect(await show()).toMatchObject({ 'OS-EXT-STS:power_state': 3, 'OS-EXT-STS:task_state': null });
    await cloud.openstack('server', 'unpause', 'life');
    await cloud.reaches('life', 'ACTIVE');
  });

  it('is suspended to disk and resumed', async () => {
    await cloud.openstack('server', 'suspend', 'life');
    await cloud.reaches('life', 'SUSPENDED');
    expect(await show()).toMatchObject({ 'OS-EXT-STS:power_state': 4 });
    await cloud.openstack('server', 'resume', 'life');
    await cloud.reaches('life', 'ACTIVE');
  });

  it('is locked with a reason, and unlocked', async () => {
    await cloud.openstack('server', 'lock', '--reason', 'hands off', 'life');
    expect(await cloud.json('--os-compute-api-version', '2.73', 'server', 'show', 'life')).toMatchObject({
      locked: true,
      locked_reason: 'hands off',
    });
    await cloud.openstack('server', 'unlock', 'life');
    expect(await cloud.json('--os-compute-api-version', '2.73', 'server', 'show', 'life')).toMatchObject({ locked: false });
  });

  it('says which wish the guest cannot meet', async () => {
    await expect(cloud.openstack('server', 'unpause', 'life')).rejects.toThrow("Cannot 'unpause' instance");
    await expect(cloud.openstack('server', 'resume', 'life')).rejects.toThrow('while it is in vm_state active');
  });

  it('is kept as an image', async () => {
    await cloud.openstack('server', 'image', 'create', '--name', 'kept', '--wait', 'life');
    expect(await cloud.json('image', 'show', 'kept')).toMatchObject({ status: 'active', disk_format: 'qcow2', min_disk: 1 });
    await cloud.becomes(id, 'ACTIVE');
  });

  it('is shelved off its host, and comes back with its disk', async () => {
    await cloud.openstack('server', 'shelve', 'life');
    await cloud.becomes(id, 'SHELVED_OFFLOADED');
    expect(await show()).toMatchObject({ 'OS-EXT-SRV-ATTR:host': null, 'OS-EXT-STS:power_state': 4 });
    await cloud.openstack('server', 'unshelve', 'life');
    await cloud.becomes(id, 'ACTIVE');
    await boots(2);
  });

  it('is rescued with its own disk beside that of an image, and has its own alone again', async () => {
    await cloud.openstack('server', 'rescue', '--image', 'tiny', 'life');
    await cloud.becomes(id, 'RESCUE');
    expect(await diagnostics()).toMatchObject({ state: 'running', num_disks: 2 });
    await cloud.openstack('server', 'unrescue', 'life');
    await cloud.becomes(id, 'ACTIVE');
    expect(await diagnostics()).toMatchObject({ state: 'running', num_disks: 1 });
  });

  it('is deleted, left out of lists, and restored', async () => {
    await cloud.openstack('server', 'delete', 'life');
    await cloud.becomes(id, 'SOFT_DELETED');
    expect(await cloud.json('server', 'list')).toEqual([]);
    await cloud.openstack('server', 'restore', id);
    await cloud.becomes(id, 'ACTIVE');
    // How far it came in its rescue, and after it, does not matter: its disk has come further than that of any image.
    await boots('[3-5]');
  });

  it('is rebuilt of the image that it was kept in', async () => {
    await cloud.openstack('server', 'rebuild', '--image', 'kept', 'life');
    await cloud.becomes(id, 'ACTIVE');
    await boots(2);
  });
});

describe.sequential('the consoles of a real server, from the client to the guest', () => {
  const urlOf = (type: 'novnc' | 'serial') => cloud.consoleUrl('life', type);
  /** What a browser connects to from the page of a screen. */
  const socketOf = (page: URL): string => `ws://${page.host}/${page.searchParams.get('path')}`;

  let screenAddress = '';

  it('the page of its screen brings all its scripts, and its screen sends pictures', async () => {
    const page = await urlOf('novnc');
    const { scripts, missing } = await loadPage(page);
    expect([scripts > 10, missing]).toEqual([true, []]);
    screenAddress = socketOf(page);
    const screen = await lookAtScreen(await new ConsoleEnd(screenAddress).opens());
    expect(screen).toMatchObject({ version: 'RFB 003.008\n', refused: 0 });
    expect(Math.min(screen.width, screen.height, screen.rectangles)).toBeGreaterThan(0);
  });

  it('a user types into its serial line and reads the answer; the log has it too', async () => {
    const line = await new ConsoleEnd(await urlOf('serial')).opens();
    line.send('\recho $((6 * 7)) is it\r');
    expect(await line.hears('42 is it')).toContain('# ');
    line.close();
    await cloud.says(id, /^42 is it/m);
  });

  it('ends with the worker that carries it, and the same address opens it again', async () => {
    const screen = await new ConsoleEnd(screenAddress).opens();
    const api = cloud.stack.processes().find(({ name }) => name === 'api.cell');
    const workers = childrenOf(api!.identity.pid);
    signal(workers.find(({ pid }) => readFileSync(`/proc/${pid}/environ`, 'utf8').includes('CANOPY_WORKER_NUMBER=0'))!, 'SIGKILL');
    await screen.ends();
    const again = await until(() => new ConsoleEnd(screenAddress).opens(), {
      timeoutMs: 60_000,
      everyMs: 100,
      what: 'the console opening again',
    });
    again.close();
  });

  it('it is measured', async () => {
    const measured = { driver: 'libvirt', state: 'running', num_cpus: 1, num_disks: 1, uptime: expect.any(Number) };
    expect(await diagnostics()).toMatchObject(measured);
  });

  it('a console ends with its server, deleted for good, and so does its token', async () => {
    const address = socketOf(await urlOf('novnc'));
    const screen = await new ConsoleEnd(address).opens();
    await cloud.openstack('server', 'delete', '--force', '--wait', 'life');
    await screen.ends();
    await expect(new ConsoleEnd(address).opens()).rejects.toThrow('403');
    await expect(cloud.openstack('server', 'show', id)).rejects.toThrow(/no server/i);
  });
});
