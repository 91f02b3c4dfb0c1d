import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { BuildSpec } from '#contracts';
import { instanceName, PowerState } from '#domain';
import { ALL_ABILITIES, type GuestSpec, type LocalImage } from '#hypervisor';
import { sampleSpec, until } from '#testing';
import { describeHypervisorDriver } from '../../hypervisor/src/driver.contract.js';
import type { LibvirtDriver } from './libvirt.driver.js';
import { HOST, MINUTES, makeImage, run, startDriver, startHost, stopHost } from './libvirt-host.fixture.js';
import { describeLibvirtOutages } from './libvirt-outages.contract.js';

// A few seconds of CPU, on a machine that may be busy with other things.
const BOOT_SECONDS = 240;

const directory = mkdtempSync(join(tmpdir(), 'cnp-'));
const host = join(directory, 'h');
let uri = '';
let image: LocalImage;

const makeDriver = (options: object = {}) => startDriver(host, uri, options);

const virsh = (...args: string[]) => run('virsh', ['-q', '-c', uri, ...args]).then(({ stdout }) => stdout.trim());

/** A guest ends although nobody told the driver. libvirtd may see QEMU's end before its own call has ended, and then says that it is off. */
const stopFromInside = async (instanceUuid: string): Promise<void> => {
  await virsh('destroy', instanceName(instanceUuid)).catch((error: Error) => {
    if (!error.message.includes('domain is not running')) throw error;
  });
};

const guestPids = () => run(HOST, ['guests', host]).then(({ stdout }) => stdout.trim().split('\n').filter(Boolean));

beforeAll(async () => {
  // Guests may run as another user, who must be able to reach their disks.
  chmodSync(directory, 0o711);
  image = await makeImage(directory);
  uri = await startHost(host, 'h');
}, 8 * MINUTES);

afterAll(async () => {
  await stopHost(host);
  rmSync(directory, { recursive: true, force: true });
}, MINUTES);

describeHypervisorDriver(
  'libvirt',
  async () => {
    const drivers = [await makeDriver()];
    return {
      driver: drivers[0]!,
      image,
      restart: async () => {
        const next = await makeDriver();
        drivers.push(next);
        return next;
      },
      stopFromInside,
      dispose: async () => {
        for (const driver of drivers) await driver.stop();
        const last = await makeDriver();
        for (const guest of await last.list()) await last.destroy(guest.instanceUuid);
        await last.stop();
      },
    };
  },
  { ...ALL_ABILITIES, migrateLive: true, localImages: true },
  { bootSeconds: BOOT_SECONDS },
);

const UUID = '7a1d2b7a-3c4e-4f5a-8b9c-0d1e2f3a4b5c';
const guest = (overrides: Partial<BuildSpec> = {}, memoryMb = 128): GuestSpec => ({
  epoch: 1,
  image,
  build: sampleSpec(UUID, {
    name: 'web <1>',
    hostname: 'web-1',
    flavor: { flavorId: '1', name: 'tiny', vcpus: 1, memoryMb, rootGb: 1, ephemeralGb: 0, swapMb: 0, extraSpecs: {} },
    userData: Buffer.from('#!/bin/sh\necho user data says hello\n').toString('base64'),
    configDrive: true,
    networks: 'auto',
    ...overrides,
  }),
});

describe('libvirt driver on a real guest', () => {
  // Also after a test that failed: its guest would be found by the next one.
  afterEach(async () => {
    const driver = await makeDriver();
    await driver.destroy(UUID);
    await driver.stop();
  });

  const readyTimes = async (driver: LibvirtDriver, times: number) => {
    const ready = async () => (await driver.consoleOutput(UUID, { lines: null })).split('ready:').length - 1;
    await expect.poll(ready, { timeout: BOOT_SECONDS * 1000, interval: 300 }).toBeGreaterThanOrEqual(times);
    return driver.consoleOutput(UUID, { lines: null });
  };

  /** The guest's own agent sets it, and the guest compares it with what it keeps. */
  const setsPassword = async (driver: LibvirtDriver, password: string) => {
    const set = () => driver.setPassword(UUID, password).then(() => true);
    await until(set, { timeoutMs: MINUTES, everyMs: 300, what: 'the agent of the guest' });
    const line = await driver.connectConsole(UUID, 'serial');
    const kept = '"$(cut -d: -f2 /etc/shadow)"';
    line.write(`\rset $(tr $ ' ' </etc/shadow)\r`);
    line.write(`[ "$(printf %s '${password}' | mkpasswd -m sha512 -S $3 -P 0)" = ${kept} ] && echo it is kept $((6 * 7)) times\r`);
    const said = () => driver.consoleOutput(UUID, { lines: null });
    await until(async () => (await said()).includes('it is kept 42 times'), {
      timeoutMs: MINUTES,
      what: 'the password that the guest keeps',
    });
    line.destroy();
  };

  it('boots it with its name, config drive, user data and address; stops and reboots it politely; leaves nothing', {
    timeout: 12 * MINUTES,
  }, async () => {
    const driver = await makeDriver();
    await driver.spawn(guest());
    const console = await readyTimes(driver, 1);
    expect(console).toContain('configdrive found');
    expect(console).toContain('hostname web-1');
    expect(console).toContain('user data says hello');
    expect(console).toContain(`uuid ${UUID}`);
    expect(console).toContain('address eth0 10.0.2.15/24');

    await setsPassword(driver, `pa"ss $1`);
    await driver.reboot(UUID, { hard: false });
    expect(await readyTimes(driver, 2)).toMatch(/power button[\s\S]*boot 2/);

    await driver.powerOff(UUID, { graceSeconds: 30 });
    expect((await driver.consoleOutput(UUID, { lines: null })).split('power button')).toHaveLength(3);
    expect(await driver.powerState(UUID)).toBe(PowerState.SHUTDOWN);
    expect(await guestPids()).toEqual([]);

    await driver.powerOn(UUID);
    await driver.destroy(UUID);
    expect(await guestPids()).toEqual([]);
    expect(readdirSync(join(host, 'instances'))).toEqual([]);
    expect(await virsh('list', '--all')).toBe('');
    await driver.stop();
  });

  it('a guest that a killed service left paused for a copy is resumed, and one that its user paused is not', {
    timeout: 2 * MINUTES,
  }, async () => {
    const driver = await makeDriver();
    await driver.spawn(guest());
    await driver.pause(UUID);
    await driver.stop();
    const stateAtStart = async () => {
      const next = await makeDriver();
      const state = await next.powerState(UUID);
      await next.stop();
      return state;
    };
    expect(await stateAtStart()).toBe(PowerState.PAUSED);
    const note = join(host, 'instances', UUID, 'held-still');
    writeFileSync(note, '');
    expect([await stateAtStart(), existsSync(note)]).toEqual([PowerState.RUNNING, false]);
  });

  it('no password is set where no agent is, or the guest of an earlier release has no channel for one', { timeout: MINUTES }, async () => {
    const driver = await makeDriver();
    const refuses = (message: string) =>
      expect(driver.setPassword(UUID, 'secret')).rejects.toMatchObject({ kind: 'notImplemented', message });
    // Nothing boots from an empty disk.
    await driver.spawn({ ...guest(), image: null });
    await refuses('QEMU guest agent is not connected');

    const xml = await virsh('dumpxml', '--inactive', instanceName(UUID));
    const earlier = join(directory, 'earlier.xml');
    expect(xml).toContain(`<target type='virtio' name='org.qemu.guest_agent.0'/>`);
    writeFileSync(earlier, xml.replace(/<channel .*?<\/channel>/s, ''));
    await virsh('define', earlier);
    await driver.reboot(UUID, { hard: true });
    await refuses('QEMU guest agent is not enabled');
    expect(await driver.powerState(UUID)).toBe(PowerState.RUNNING);
    await driver.stop();
  });

  it('a call ends with an error that says what to do when libvirtd stays away', { timeout: MINUTES }, async () => {
    await expect(makeDriver({ uri: `qemu+unix:///system?socket=${directory}/none` })).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining(`libvirtd does not listen on ${directory}/none (No such file or directory)`),
    });
  });

  it('a failed spawn leaves no domain and no file', { timeout: MINUTES }, async () => {
    const driver = await makeDriver();
    // libvirt defines it, QEMU cannot have that much memory.
    await expect(driver.spawn(guest({}, 64_000_000))).rejects.toMatchObject({ name: 'CloudError' });
    expect(await driver.list()).toEqual([]);
    expect(existsSync(join(host, 'instances', UUID))).toBe(false);
    const small = guest({ flavor: { ...guest().build.flavor, rootGb: 1 } });
    await expect(driver.spawn({ ...small, image: { ...image, virtualSizeBytes: 2 * 1024 ** 3 } })).rejects.toMatchObject({
      kind: 'invalid',
    });
    await driver.stop();
  });
});

describeLibvirtOutages({ host, makeDriver, guest, guestPids, stopFromInside });
