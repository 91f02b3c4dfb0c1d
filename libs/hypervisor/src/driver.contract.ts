import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BuildSpec } from '#contracts';
import { PowerState } from '#domain';
import { sampleSpec } from '#testing';
import type { AnyDriver, Capabilities, GuestEvent, GuestSpec, LocalImage } from './driver.js';
import { describeLooks } from './driver-looks.contract.js';
import { describeMoves } from './driver-moves.contract.js';
import { describePasswords } from './driver-passwords.contract.js';

/** A started driver on a host without guests, and the hand that reaches into the host past it. */
export interface DriverUnderTest {
  readonly driver: AnyDriver;
  /** A bootable image for drivers that declare `localImages`. */
  readonly image: LocalImage | null;
  /** Another driver for the same host, started: what the next run of the compute service makes. */
  restart(): Promise<AnyDriver>;
  /** Makes a running guest stop without the driver being asked. */
  stopFromInside(instanceUuid: string): Promise<void>;
  /** Stops what was started and removes what is left. */
  dispose(): Promise<void>;
}

export interface ContractOptions {
  /** A guest of the host under test is running, and heeds its power button, after this long at most. */
  readonly bootSeconds: number;
}

const SECONDS = 1000;
const UUID = '6f1d2b7a-3c4e-4f5a-8b9c-0d1e2f3a4b5c';
const OTHER = '11111111-2222-4333-8444-555555555555';

/**
 * What every hypervisor driver must do, whatever it drives. `expected` are the capabilities it is registered with: the suite
 * checks that it has those and no other.
 */
export const describeHypervisorDriver = (
  name: string,
  makeDriver: () => Promise<DriverUnderTest>,
  expected: Capabilities,
  { bootSeconds }: ContractOptions = { bootSeconds: 2 },
): void => {
  const timeout = (bootSeconds * 4 + 20) * SECONDS;
  const claim = (text: string, run: () => Promise<void>) => it(text, run, timeout);
  let world: DriverUnderTest;
  let driver: AnyDriver;
  let events: GuestEvent[];
  const guest = (epoch = 1): GuestSpec => ({ build: buildSpec(UUID), epoch, image: world.image });
  const until = (condition: () => Promise<boolean> | boolean) =>
    expect.poll(condition, { timeout: bootSeconds * SECONDS, interval: 100 }).toBe(true);

  describe(`${name} driver`, () => {
    beforeEach(async () => {
      world = await makeDriver();
      driver = world.driver;
      events = [];
      driver.onGuestEvent(event => events.push(event));
    }, timeout);
    afterEach(() => world.dispose(), timeout);

    claim('tells how long its host is up as the command uptime does', async () => {
      expect(await driver.uptime()).toMatch(/^\s*\d\d:\d\d:\d\d up .+,\s+\d+ users?,\s+load average: [\d.]+, [\d.]+, [\d.]+$/);
    });

    claim('declares what it can do, and has exactly that', async () => {
      expect(driver.capabilities).toEqual(expected);
      expect(typeof driver.consoleOutput === 'function').toBe(expected.consoleOutput);
      expect(typeof driver.findConsole === 'function').toBe(expected.consoles);
      expect(typeof driver.connectConsole === 'function').toBe(expected.consoles);
      expect(typeof driver.diagnostics === 'function').toBe(expected.diagnostics);
      for (const method of ['pause', 'unpause'] as const) expect(typeof driver[method] === 'function').toBe(expected.pause);
      for (const method of ['suspend', 'resume'] as const) expect(typeof driver[method] === 'function').toBe(expected.suspend);
      expect(typeof driver.setPassword === 'function').toBe(expected.setPassword);
      expect(typeof driver.crashDump === 'function').toBe(expected.crashDump);
      for (const method of ['rescue', 'unrescue'] as const) expect(typeof driver[method] === 'function').toBe(expected.rescue);
      expect(typeof driver.snapshot === 'function').toBe(expected.snapshot);
      expect(driver.moves !== undefined).toBe(expected.move);
      expect(driver.liveMigrations !== undefined).toBe(expected.migrateLive);
    });

    claim('tells an inventory that holds more than it reserves', async () => {
      const { total, reserved, cpuAllocationRatio, hypervisorType, hypervisorVersion, hypervisorHostname } = await driver.inventory();
      expect(total.vcpus).toBeGreaterThan(0);
      expect(total.memoryMb).toBeGreaterThan(reserved.memoryMb);
      expect(total.diskGb).toBeGreaterThan(reserved.diskGb);
      expect(cpuAllocationRatio).toBeGreaterThan(0);
      expect(hypervisorVersion).toBeGreaterThan(0);
      expect(hypervisorType).not.toBe('');
      expect(hypervisorHostname).not.toBe('');
    });

    claim('knows nothing of a guest that was never spawned: no state, and destroying it succeeds', async () => {
      expect(await driver.list()).toEqual([]);
      expect(await driver.powerState(OTHER)).toBe(PowerState.NOSTATE);
      await driver.destroy(OTHER);
    });

    claim('refuses to power, reboot or read a guest that does not exist', async () => {
      await expect(driver.powerOn(OTHER)).rejects.toMatchObject({ kind: 'notFound' });
      await expect(driver.powerOff(OTHER, { graceSeconds: 0 })).rejects.toMatchObject({ kind: 'notFound' });
      await expect(driver.reboot(OTHER, { hard: true })).rejects.toMatchObject({ kind: 'notFound' });
      if (driver.consoleOutput) await expect(driver.consoleOutput(OTHER, { lines: null })).rejects.toMatchObject({ kind: 'notFound' });
    });

    claim('a guest that is spawned twice is one guest, running', async () => {
      await driver.spawn(guest(7));
      await driver.spawn(guest(7));
      expect(await driver.list()).toEqual([{ instanceUuid: UUID, powerState: PowerState.RUNNING, epoch: 7 }]);
      expect(await driver.powerState(UUID)).toBe(PowerState.RUNNING);
    });

    claim('a destroyed guest is gone, twice over, and may be spawned again', async () => {
      await driver.spawn(guest(1));
      await driver.destroy(UUID);
      await driver.destroy(UUID);
      expect(await driver.list()).toEqual([]);
      expect(await driver.powerState(UUID)).toBe(PowerState.NOSTATE);
      await driver.spawn(guest(2));
      expect(await driver.list()).toEqual([{ instanceUuid: UUID, powerState: PowerState.RUNNING, epoch: 2 }]);
    });

    claim('powers off and on, each twice', async () => {
      await driver.spawn(guest());
      await driver.powerOff(UUID, { graceSeconds: 0 });
      await driver.powerOff(UUID, { graceSeconds: 0 });
      expect(await driver.powerState(UUID)).toBe(PowerState.SHUTDOWN);
      await driver.powerOn(UUID);
      await driver.powerOn(UUID);
      expect(await driver.powerState(UUID)).toBe(PowerState.RUNNING);
    });

    claim('a guest that does not heed its power button is off when the grace is over', async () => {
      await driver.spawn(guest());
      await driver.powerOff(UUID, { graceSeconds: 1 });
      expect(await driver.powerState(UUID)).toBe(PowerState.SHUTDOWN);
    });

    claim('a hard reboot ends with the guest running, also when it was off', async () => {
      await driver.spawn(guest());
      await driver.reboot(UUID, { hard: true });
      expect(await driver.powerState(UUID)).toBe(PowerState.RUNNING);
      await driver.powerOff(UUID, { graceSeconds: 0 });
      await driver.reboot(UUID, { hard: true });
      expect(await driver.powerState(UUID)).toBe(PowerState.RUNNING);
    });

    claim('a soft reboot ends with the guest running', async () => {
      await driver.spawn(guest());
      await driver.reboot(UUID, { hard: false });
      expect(await driver.powerState(UUID)).toBe(PowerState.RUNNING);
    });

    claim('guests outlive the compute service, which finds them again', async () => {
      await driver.spawn(guest(3));
      await driver.stop();
      const next = await world.restart();
      expect(await next.list()).toEqual([{ instanceUuid: UUID, powerState: PowerState.RUNNING, epoch: 3 }]);
      await next.destroy(UUID);
      expect(await next.list()).toEqual([]);
    });

    claim('a guest that stops by itself raises one event, and what the driver was told to do raises none', async () => {
      await driver.spawn(guest());
      await driver.powerOff(UUID, { graceSeconds: 0 });
      await driver.powerOn(UUID);
      expect(events).toEqual([]);
      await world.stopFromInside(UUID);
      await until(() => events.length > 0);
      expect(events).toMatchObject([{ instanceUuid: UUID, powerState: PowerState.SHUTDOWN }]);
      expect(await driver.powerState(UUID)).toBe(PowerState.SHUTDOWN);
      await driver.destroy(UUID);
      expect(events).toHaveLength(1);
    });

    it.runIf(expected.pause)('pauses a guest and lets it go on, each twice', { timeout }, async () => {
      await driver.spawn(guest());
      await driver.pause?.(UUID);
      await driver.pause?.(UUID);
      expect(await driver.powerState(UUID)).toBe(PowerState.PAUSED);
      await driver.unpause?.(UUID);
      await driver.unpause?.(UUID);
      expect(await driver.powerState(UUID)).toBe(PowerState.RUNNING);
      expect(events).toEqual([]);
    });

    it.runIf(expected.suspend)(
      'suspends a guest and resumes it, each twice, and a reboot forgets what was saved',
      { timeout },
      async () => {
        await driver.spawn(guest());
        await driver.suspend?.(UUID);
        await driver.suspend?.(UUID);
        expect(await driver.powerState(UUID)).toBe(PowerState.SHUTDOWN);
        await driver.resume?.(UUID);
        await driver.resume?.(UUID);
        expect(await driver.powerState(UUID)).toBe(PowerState.RUNNING);
        await driver.suspend?.(UUID);
        await driver.reboot(UUID, { hard: true });
        expect(await driver.powerState(UUID)).toBe(PowerState.RUNNING);
        expect(events).toEqual([]);
      },
    );

    it.runIf(expected.crashDump)('interrupts a running guest for its memory dump', { timeout }, async () => {
      await driver.spawn(guest());
      await driver.crashDump?.(UUID);
      expect(await driver.powerState(UUID)).toBe(PowerState.RUNNING);
    });

    it.runIf(expected.rescue)('rescues a guest and ends that, each twice, and the guest stays the same one', { timeout }, async () => {
      await driver.spawn(guest(5));
      await driver.powerOff(UUID, { graceSeconds: 0 });
      for (const run of [() => driver.rescue?.(guest(5)), () => driver.unrescue?.(guest(5))]) {
        await run();
        await run();
        expect(await driver.list()).toEqual([{ instanceUuid: UUID, powerState: PowerState.RUNNING, epoch: 5 }]);
      }
      expect(events).toEqual([]);
      await driver.rescue?.(guest(5));
      await driver.destroy(UUID);
      expect(await driver.list()).toEqual([]);
      await expect(driver.rescue?.(guest())).rejects.toMatchObject({ kind: 'notFound' });
      await expect(driver.unrescue?.(guest())).rejects.toMatchObject({ kind: 'notFound' });
    });

    it.runIf(expected.snapshot)('makes an image of a guest that runs, or is off, and leaves it as it was', { timeout }, async () => {
      await driver.spawn(guest());
      for (const powerState of [PowerState.RUNNING, PowerState.SHUTDOWN]) {
        if (powerState === PowerState.SHUTDOWN) await driver.powerOff(UUID, { graceSeconds: 0 });
        const snapshot = await driver.snapshot?.(UUID, { format: 'qcow2' });
        expect(await sizeOf(snapshot!.data())).toBeGreaterThan(0);
        expect(await sizeOf(snapshot!.data())).toBeGreaterThan(0);
        await snapshot?.discard();
        await snapshot?.discard();
        expect(await driver.powerState(UUID)).toBe(powerState);
      }
      await expect(driver.snapshot?.(OTHER, { format: 'qcow2' })).rejects.toMatchObject({ kind: 'notFound' });
      expect(events).toEqual([]);
    });

    if (expected.move) describeMoves({ claim, driver: () => driver, restart: () => world.restart(), uuid: UUID, guest });

    it.runIf(expected.consoleOutput)('shows the end of the console', { timeout }, async () => {
      await driver.spawn(guest());
      const read = async (lines: number | null) => (await driver.consoleOutput?.(UUID, { lines })) ?? '';
      await until(async () => (await read(null)).includes('ready'));
      const whole = await read(null);
      const last = await read(1);
      expect(whole.endsWith(last)).toBe(true);
      expect(last.trimEnd().split('\n')).toHaveLength(1);
    });

    const looks = { driver: () => driver, guest, restart: () => world.restart(), expected, timeout, uuid: UUID, other: OTHER };
    for (const describeMore of [describeLooks, describePasswords]) describeMore(looks);
  });
};

const sizeOf = async (data: AsyncIterable<Uint8Array>): Promise<number> => {
  let bytes = 0;
  for await (const chunk of data) bytes += chunk.length;
  return bytes;
};

const buildSpec = (instanceUuid: string): BuildSpec =>
  sampleSpec(instanceUuid, {
    name: 'contract',
    hostname: 'contract',
    flavor: { flavorId: '1', name: 'tiny', vcpus: 1, memoryMb: 128, rootGb: 1, ephemeralGb: 0, swapMb: 0, extraSpecs: {} },
    configDrive: true,
    networks: 'auto',
  });
