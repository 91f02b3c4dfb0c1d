import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GuestQueries } from '#compute-agent';
import { HostDoor } from '#consoles';
import type { Clock } from '#domain';
import type { FakeDriver } from '#hypervisor';
import { sampleEnvelope, sampleSpec } from '#testing';
import { fakeDriver, UUID } from '../../../libs/compute-agent/src/fake-host.fixture.js';
import { ConsoleTunnels } from './console-tunnels.js';

const OTHER = '11111111-2222-4333-8444-555555555555';
const clock: Clock = { now: () => Date.UTC(2026, 0, 1), sleep: async () => undefined };
const LIMIT = { limitMs: 5000 };

describe('a host that is asked about its guests', () => {
  let hosts: HostDoor;
  let driver: FakeDriver;
  let tunnels: ConsoleTunnels;
  let queries: GuestQueries;
  const ask = (method: string, payload: object) => queries.answer(sampleEnvelope('q', { method, payload }));

  beforeEach(async () => {
    hosts = await HostDoor.open({ host: '127.0.0.1', port: 0 });
    driver = fakeDriver(clock);
    await driver.spawn({ build: sampleSpec(UUID, { name: 'web' }), epoch: 1, image: null });
    tunnels = new ConsoleTunnels();
    queries = new GuestQueries('h1', driver, tunnels);
  });
  afterEach(async () => {
    tunnels.close();
    await hosts.close();
  });

  const bring = async (console: 'vnc' | 'serial'): Promise<Duplex> => {
    const { door, arrival } = hosts.expect(LIMIT);
    expect(await ask('guest.connectConsole', { instanceUuid: UUID, console, door })).toEqual({ host: 'h1' });
    return arrival;
  };
  const words = async (console: Duplex) => String((await once(console, 'data'))[0]);

  it('brings the screen and the serial line to the door', async () => {
    expect(await words(await bring('vnc'))).toBe('RFB 003.008\n');
    const line = await bring('serial');
    expect(await words(line)).toContain('web: played console');
    line.write('ls\r');
    expect(await words(line)).toContain('ls');
  });

  it('ends the connection with the guest, and with the service', async () => {
    const screens = [await bring('vnc'), await bring('vnc')] as const;
    for (const screen of screens) screen.resume();
    await Promise.all([once(screens[0], 'close'), once(screens[1], 'close'), driver.powerOff(UUID)]);
    await driver.powerOn(UUID);
    const line = await bring('serial');
    line.resume();
    tunnels.close();
    await once(line, 'close');
  });

  it('leaves no console open when the door does not let it in', async () => {
    const { door, forget } = hosts.expect(LIMIT);
    forget();
    const opened: Duplex[] = [];
    const connect = driver.connectConsole.bind(driver);
    driver.connectConsole = async (...args) => {
      opened.push(await connect(...args));
      return opened[0]!;
    };
    await expect(ask('guest.connectConsole', { instanceUuid: UUID, console: 'vnc', door })).rejects.toMatchObject({ kind: 'unavailable' });
    expect(opened[0]?.destroyed).toBe(true);
  });

  it('finds a console, and measures, where there is a guest that runs', async () => {
    expect(await ask('guest.findConsole', { instanceUuid: UUID, console: 'vnc' })).toEqual({ host: 'h1' });
    expect(await ask('guest.diagnostics', { instanceUuid: UUID })).toMatchObject({ state: 'running', hypervisor: 'fake' });
    await driver.powerOff(UUID);
    for (const [method, uuid, kind] of [
      ['guest.findConsole', UUID, 'conflict'],
      ['guest.findConsole', OTHER, 'notFound'],
      ['guest.diagnostics', UUID, 'conflict'],
    ] as const)
      await expect(ask(method, { instanceUuid: uuid, console: 'vnc' })).rejects.toMatchObject({ kind });
    await expect(ask('guest.findConsole', { instanceUuid: UUID, console: 'spice' })).rejects.toThrow('guest.findConsole: console:');
  });
});
