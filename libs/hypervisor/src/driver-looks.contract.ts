import type { Duplex } from 'node:stream';
import { expect, it } from 'vitest';
import type { AnyDriver, Capabilities, GuestSpec } from './driver.js';

export interface LooksUnderTest {
  /** Of the case that runs. */
  driver(): AnyDriver;
  guest(): GuestSpec;
  /** The driver of the next run of the compute service. */
  restart(): Promise<AnyDriver>;
  readonly expected: Capabilities;
  readonly timeout: number;
  readonly uuid: string;
  /** Of no guest. */
  readonly other: string;
}

/** Those that an answer of Nova's API may name: its clients refuse others. */
const DRIVERS_OF_NOVA = ['libvirt', 'xenapi', 'vmwareapi', 'ironic', 'hyperv'];

/** How a driver lets others look at its guests: their screens, and what they do. */
export const describeLooks = ({ driver, guest, restart, expected, timeout, uuid, other }: LooksUnderTest): void => {
  it.runIf(expected.consoles)('connects to the screen of a running guest, and only of one', { timeout }, async () => {
    await driver().spawn(guest());
    await driver().findConsole?.(uuid, 'vnc');
    const screen = await driver().connectConsole!(uuid, 'vnc');
    expect(await firstWords(screen)).toBe('RFB 003.008\n');
    const ended = new Promise(resolve => screen.once('close', resolve));
    await driver().powerOff(uuid, { graceSeconds: 0 });
    await ended;
    for (const ask of ['findConsole', 'connectConsole'] as const) {
      await expect(driver()[ask]!(uuid, 'vnc')).rejects.toMatchObject({ kind: 'conflict' });
      await expect(driver()[ask]!(other, 'vnc')).rejects.toMatchObject({ kind: 'notFound' });
    }
  });

  it.runIf(expected.consoles)('lets two look at one screen', { timeout }, async () => {
    await driver().spawn(guest());
    const screens = await Promise.all([driver().connectConsole!(uuid, 'vnc'), driver().connectConsole!(uuid, 'vnc')]);
    expect(await Promise.all(screens.map(firstWords))).toEqual(['RFB 003.008\n', 'RFB 003.008\n']);
    for (const screen of screens) screen.destroy();
  });

  it.runIf(expected.consoles)('connects to the serial line of a running guest, again after it was left', { timeout }, async () => {
    await driver().spawn(guest());
    for (const _ of ['first', 'second']) {
      await driver().findConsole?.(uuid, 'serial');
      const line = await driver().connectConsole!(uuid, 'serial');
      line.write('\r');
      expect((await firstWords(line)).length).toBeGreaterThan(0);
      line.destroy();
    }
  });

  it.runIf(expected.diagnostics)('measures a running guest, and only one', { timeout }, async () => {
    await driver().spawn(guest());
    const measured = await driver().diagnostics?.(uuid);
    expect(measured).toMatchObject({ state: 'running', memory: { maximumMb: 128 } });
    expect(DRIVERS_OF_NOVA).toContain(measured?.driver);
    expect(measured?.cpus).toHaveLength(1);
    expect(measured?.cpus[0]?.timeNs).toBeGreaterThanOrEqual(0);
    await driver().powerOff(uuid, { graceSeconds: 0 });
    await expect(driver().diagnostics?.(uuid)).rejects.toMatchObject({ kind: 'conflict' });
    await expect(driver().diagnostics?.(other)).rejects.toMatchObject({ kind: 'notFound' });
  });

  it.runIf(expected.diagnostics)('tells for how long a guest is up, whichever run of the service has started it', { timeout }, async () => {
    await driver().spawn(guest());
    const uptime = async (one: AnyDriver) => (await one.diagnostics!(uuid)).uptimeSeconds;
    const first = await uptime(driver());
    expect(first).toBeGreaterThanOrEqual(0);
    await driver().stop();
    expect(await uptime(await restart())).toBeGreaterThanOrEqual(first!);
  });
};

/** A server of RFB speaks first, and so does a guest that was typed to. */
const firstWords = (console: Duplex): Promise<string> =>
  new Promise((resolve, reject) => {
    console.once('data', (data: Buffer) => resolve(data.toString('latin1')));
    console.on('error', reject);
  });
