import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PowerState } from '#domain';
import type { GuestFile, GuestSpec, LocalImage } from '#hypervisor';
import { sampleSpec } from '#testing';
import type { LibvirtDriver } from './libvirt.driver.js';
import { MINUTES, makeImage, startDriver, startHost, stopHost } from './libvirt-host.fixture.js';
import { runTool } from './run-tool.js';

/* A guest of QEMU that moves between two hosts of this machine, each with a libvirtd of its own. */

const UUID = '7b1d2b7a-3c4e-4f5a-8b9c-0d1e2f3a4b5c';
const BOOT_SECONDS = 240;
const directory = mkdtempSync(join(tmpdir(), 'cnp-'));
const [A, B] = [join(directory, 'a'), join(directory, 'b')];
let image: LocalImage;
let a: LibvirtDriver;
let b: LibvirtDriver;

beforeAll(async () => {
  chmodSync(directory, 0o711);
  image = await makeImage(directory);
  a = await open(A, 'a');
  b = await open(B, 'b');
}, 8 * MINUTES);
afterAll(async () => {
  for (const driver of [a, b]) await driver?.stop();
  for (const host of [A, B]) await stopHost(host);
  rmSync(directory, { recursive: true, force: true });
}, 4 * MINUTES);

const open = async (host: string, name: string): Promise<LibvirtDriver> => {
  const uri = await startHost(host, name);
  return startDriver(host, uri, { liveMigration: { uri } });
};
const guest = (epoch: number, rootGb: number): GuestSpec => ({
  epoch,
  image,
  build: sampleSpec(UUID, {
    name: 'mover',
    hostname: 'mover',
    flavor: { flavorId: '1', name: 'tiny', vcpus: 1, memoryMb: 128, rootGb, ephemeralGb: 0, swapMb: 0, extraSpecs: {} },
    configDrive: true,
    networks: 'auto',
  }),
});
const booted = async (driver: LibvirtDriver, times: number): Promise<void> => {
  const ready = async () => (await driver.consoleOutput(UUID, { lines: null })).split('ready:').length - 1;
  await expect.poll(ready, { timeout: BOOT_SECONDS * 1000, interval: 300 }).toBeGreaterThanOrEqual(times);
};
const carry = async (from: LibvirtDriver, to: LibvirtDriver, epoch: number, files: readonly GuestFile[]): Promise<void> => {
  for (const file of files.filter(({ isImage }) => !isImage))
    await to.takeIn({ instanceUuid: UUID, epoch }, file, async function* () {
      yield* await from.readAside(UUID, file.name);
    });
};

describe('a guest of libvirt', () => {
  it('goes to another host with what is on its disk, which has grown, and comes back as it was', { timeout: 12 * MINUTES }, async () => {
    await a.spawn(guest(1, 1));
    await booted(a, 1);
    const files = await a.setAside(UUID, { graceSeconds: 30 });
    await carry(a, b, 2, files);
    await b.receive(guest(2, 2), { from: 'elsewhere', running: true });
    await b.receive(guest(2, 2), { from: 'elsewhere', running: true });
    await booted(b, 2);
    expect(await b.consoleOutput(UUID, { lines: null })).toContain('boot 2');
    const info = JSON.parse(await runTool('qemu-img', ['info', '-U', '--output=json', join(B, 'instances', UUID, 'disk')]));
    expect(info['virtual-size']).toBe(2 * 1024 ** 3);
    expect([await a.powerState(UUID), await b.powerState(UUID)]).toEqual([PowerState.SHUTDOWN, PowerState.RUNNING]);

    await b.destroy(UUID);
    expect(readdirSync(join(B, 'instances'))).toEqual([]);
    await a.restore(UUID, { epoch: 3, running: true });
    expect(await a.list()).toEqual([{ instanceUuid: UUID, powerState: PowerState.RUNNING, epoch: 3 }]);
    await booted(a, 2);
    expect(existsSync(join(A, 'instances', `${UUID}.aside`))).toBe(false);
    await a.destroy(UUID);
    expect(readdirSync(join(A, 'instances'))).toEqual([]);
  });

  // Two libvirtds of another user than root have one host name, and libvirt sends no guest to the host that it is on.
  it.skipIf(process.getuid?.() !== 0)('goes to another host while it runs, with its disks', { timeout: 12 * MINUTES }, async () => {
    await a.spawn(guest(1, 1));
    await booted(a, 1);
    const to = await b.expect(guest(2, 1));
    await a.send(UUID, { to, tell: () => undefined });
    await a.send(UUID, { to, tell: () => undefined });
    expect([await a.powerState(UUID), await b.list()]).toEqual([
      PowerState.NOSTATE,
      [{ instanceUuid: UUID, powerState: PowerState.RUNNING, epoch: 2 }],
    ]);
    await expect(a.stay(UUID, { epoch: 3 })).rejects.toMatchObject({ kind: 'notFound' });
    for (const _ of [1, 2]) await b.arrive(guest(2, 1), { paused: false });
    await a.destroy(UUID);
    expect(readdirSync(join(A, 'instances'))).toEqual([]);
    await b.reboot(UUID, { hard: true });
    await booted(b, 1);
    expect(await b.consoleOutput(UUID, { lines: null })).toContain('boot 2');
    await b.destroy(UUID);
  });
});
