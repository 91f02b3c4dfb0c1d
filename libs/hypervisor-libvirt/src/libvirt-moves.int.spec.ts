import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { instanceName, PowerState } from '#domain';
import type { GuestFile } from '#hypervisor';
import { until } from '#testing';
import type { LibvirtDriver } from './libvirt.driver.js';
import { MINUTES, run } from './libvirt-host.fixture.js';
import { runTool } from './run-tool.js';
import { type MoveHost, TwoHosts } from './two-hosts.fixture.js';

/* A guest of QEMU that moves between two hosts of this machine, each with a libvirtd of its own. */

const UUID = '7b1d2b7a-3c4e-4f5a-8b9c-0d1e2f3a4b5c';
let hosts: TwoHosts;
let a: MoveHost;
let b: MoveHost;

beforeAll(async () => {
  hosts = await TwoHosts.start(UUID);
  ({ a, b } = hosts);
}, 8 * MINUTES);
afterAll(() => hosts?.stop(), 4 * MINUTES);

const only = (powerState: number, epoch: number) => [{ instanceUuid: UUID, powerState, epoch }];
const filesOn = ({ directory }: MoveHost) => readdirSync(join(directory, 'instances'));
const carry = async (from: LibvirtDriver, to: LibvirtDriver, epoch: number, files: readonly GuestFile[]): Promise<void> => {
  for (const file of files.filter(({ isImage }) => !isImage))
    await to.moves.takeIn({ instanceUuid: UUID, epoch }, file, async function* () {
      yield* await from.moves.readAside(UUID, file.name);
    });
};

describe('a guest of libvirt', () => {
  it('goes to another host with what is on its disk, which has grown, and comes back as it was', { timeout: 12 * MINUTES }, async () => {
    const [from, to] = [a.driver, b.driver];
    await from.spawn(hosts.guest(1));
    await hosts.booted(a, 1);
    const files = await from.moves.setAside(UUID, { graceSeconds: 30 });
    await carry(from, to, 2, files);
    for (const _ of [1, 2]) await to.moves.receive(hosts.guest(2, 2), { from: 'elsewhere', running: true });
    await hosts.booted(b, 2);
    expect(await to.consoleOutput(UUID, { lines: null })).toContain('boot 2');
    const info = JSON.parse(await runTool('qemu-img', ['info', '-U', '--output=json', join(b.directory, 'instances', UUID, 'disk')]));
    expect(info['virtual-size']).toBe(2 * 1024 ** 3);
    expect([await from.powerState(UUID), await to.powerState(UUID)]).toEqual([PowerState.SHUTDOWN, PowerState.RUNNING]);

    await to.destroy(UUID);
    expect(filesOn(b)).toEqual([]);
    await from.moves.restore(UUID, { epoch: 3, running: true });
    expect(await from.list()).toEqual(only(PowerState.RUNNING, 3));
    await hosts.booted(a, 2);
    expect(existsSync(join(a.directory, 'instances', `${UUID}.aside`))).toBe(false);
    await from.destroy(UUID);
    expect(filesOn(a)).toEqual([]);
  });
});

// Two libvirtds of another user than root have one host name, and libvirt sends no guest to the host that it is on.
describe.skipIf(process.getuid?.() !== 0)('a guest of libvirt that is sent while it runs', { timeout: 12 * MINUTES }, () => {
  const told = { tell: () => undefined };
  /** Runs virsh on the guest. */
  const virsh = ({ uri }: MoveHost, command: string, ...args: string[]) =>
    run('virsh', ['-q', '-c', uri, command, instanceName(UUID), ...args]).then(({ stdout }) => stdout);
  /** The disk of 1 GB goes at this rate from its beginning to its end, whatever is on it. */
  const atMost = (host: MoveHost, { mbPerSecond }: { mbPerSecond: number }) => virsh(host, 'migrate-setspeed', String(mbPerSecond));
  const isSent = (host: MoveHost) =>
    until(async () => (await virsh(host, 'domjobinfo')).includes('Unbounded'), { timeoutMs: MINUTES, what: 'the guest being sent' });
  /** Whoever awaits it later hears of its end. */
  const begun = (sending: Promise<void>): Promise<void> => {
    sending.catch(() => undefined);
    return sending;
  };

  beforeAll(async () => {
    await a.driver.spawn(hosts.guest(1));
    await hosts.booted(a, 1);
  }, 6 * MINUTES);
  afterAll(async () => {
    for (const { driver } of [a, b]) await driver.destroy(UUID);
  }, MINUTES);

  it('stays when that is aborted, and nothing of it is on the other host', async () => {
    await atMost(a, { mbPerSecond: 1 });
    const sending = begun(a.driver.liveMigrations.send(UUID, { to: await b.driver.liveMigrations.expect(hosts.guest(2)), ...told }));
    await isSent(a);
    await a.driver.liveMigrations.steer(UUID, 'abort');
    await expect(sending).rejects.toMatchObject({ kind: 'conflict' });
    await a.driver.liveMigrations.stay(UUID, { epoch: 3, paused: false });
    await b.driver.destroy(UUID);
    expect([await a.driver.list(), await b.driver.list(), filesOn(b)]).toEqual([only(PowerState.RUNNING, 3), [], []]);
  });

  it('stays, and goes on, when the next run of the compute service turns back what the former began and held still', async () => {
    const sending = begun(a.driver.liveMigrations.send(UUID, { to: await b.driver.liveMigrations.expect(hosts.guest(4)), ...told }));
    await isSent(a);
    await a.driver.liveMigrations.steer(UUID, 'complete');
    expect(await a.driver.powerState(UUID)).toBe(PowerState.PAUSED);
    const next = await a.restart();
    await next.liveMigrations.stay(UUID, { epoch: 5, paused: false });
    await expect(sending).rejects.toMatchObject({ kind: 'conflict' });
    await b.driver.destroy(UUID);
    expect([await next.list(), await b.driver.list()]).toEqual([only(PowerState.RUNNING, 5), []]);
    await next.stop();
  });

  it('arrives when the next run of the compute service is asked again for what the former began', async () => {
    await atMost(a, { mbPerSecond: 128 });
    const to = await b.driver.liveMigrations.expect(hosts.guest(6));
    const sending = begun(a.driver.liveMigrations.send(UUID, { to, ...told }));
    await isSent(a);
    const next = await a.restart();
    await Promise.all([sending, next.liveMigrations.send(UUID, { to, ...told })]);
    expect([await next.powerState(UUID), await b.driver.list()]).toEqual([PowerState.NOSTATE, only(PowerState.RUNNING, 6)]);
    await expect(next.liveMigrations.stay(UUID, { epoch: 7, paused: false })).rejects.toMatchObject({ kind: 'notFound' });
    for (const _ of [1, 2]) await b.driver.liveMigrations.arrive(hosts.guest(6), { paused: false });
    await next.stop();
    await a.driver.destroy(UUID);
    expect(filesOn(a)).toEqual([]);
  });

  it('stands still on the way when it is to arrive by force, and goes on there', async () => {
    await atMost(b, { mbPerSecond: 128 });
    const sending = begun(b.driver.liveMigrations.send(UUID, { to: await a.driver.liveMigrations.expect(hosts.guest(8)), ...told }));
    await isSent(b);
    await b.driver.liveMigrations.steer(UUID, 'complete');
    expect(await b.driver.powerState(UUID)).toBe(PowerState.PAUSED);
    await sending;
    await a.driver.liveMigrations.arrive(hosts.guest(8), { paused: false });
    await b.driver.destroy(UUID);
    expect([await a.driver.list(), filesOn(b)]).toEqual([only(PowerState.RUNNING, 8), []]);
  });

  it('arrives paused when its user had paused it, goes on, and has its disks', async () => {
    await a.driver.pause(UUID);
    const to = await b.driver.liveMigrations.expect(hosts.guest(9));
    for (const _ of [1, 2]) await a.driver.liveMigrations.send(UUID, { to, ...told });
    for (const _ of [1, 2]) await b.driver.liveMigrations.arrive(hosts.guest(9), { paused: true });
    expect([await a.driver.powerState(UUID), await b.driver.list()]).toEqual([PowerState.NOSTATE, only(PowerState.PAUSED, 9)]);
    await a.driver.destroy(UUID);
    await b.driver.unpause(UUID);
    expect(await b.driver.list()).toEqual(only(PowerState.RUNNING, 9));
    await b.driver.reboot(UUID, { hard: true });
    await hosts.booted(b, 1);
    expect(await b.driver.consoleOutput(UUID, { lines: null })).toContain('boot 2');
  });
});
