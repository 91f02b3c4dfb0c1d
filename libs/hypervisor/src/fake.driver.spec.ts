import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Clock, PowerState, type Random } from '#domain';
import { sampleSpec } from '#testing';
import { describeHypervisorDriver } from './driver.contract.js';
import { ALL_ABILITIES } from './driver.js';
import { FakeConfig } from './fake.config.js';
import { FakeDriver } from './fake.driver.js';

const directory = mkdtempSync(join(tmpdir(), 'canopy-fake-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** Time that passes only by sleeping. */
const makeClock = (): Clock & { slept: number[] } => {
  let now = 1_000_000;
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    sleep: async milliseconds => {
      slept.push(milliseconds);
      now += milliseconds;
    },
  };
};

const makeRandom = (...fractions: number[]): Random => {
  let next = 0;
  return { fraction: () => fractions[next++ % fractions.length] ?? 0.5, uuid: () => 'unused' };
};

let hosts = 0;
const makeFake = async (options: object = {}, random: Random = makeRandom(0.5), host = `host-${hosts++}`) => {
  const clock = makeClock();
  const driver = new FakeDriver({ host, config: FakeConfig.parse({ kind: 'fake', ...options }), clock, random });
  await driver.start();
  return { driver, clock };
};

const guestOf = (instanceUuid: string, name = 'web', flavor: object = {}) => ({
  epoch: 1,
  image: null,
  build: sampleSpec(instanceUuid, {
    name,
    hostname: name,
    flavor: { flavorId: '1', name: 'm1', vcpus: 2, memoryMb: 1024, rootGb: 10, ephemeralGb: 0, swapMb: 0, extraSpecs: {}, ...flavor },
  }),
});
const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

describeHypervisorDriver(
  'fake',
  async () => {
    const host = `contract-${hosts++}`;
    const stateDirectory = join(directory, 'contract');
    const { driver } = await makeFake({ stateDirectory }, undefined, host);
    return {
      driver,
      image: null,
      restart: async () => (await makeFake({ stateDirectory }, undefined, host)).driver,
      stopFromInside: async instanceUuid => driver.stopFromInside(instanceUuid),
      dispose: () => driver.stop(),
    };
  },
  { ...ALL_ABILITIES, migrateLive: true, localImages: false },
);

describe('fake driver', () => {
  it('refuses a guest that does not fit, and takes one again when another is gone', async () => {
    const { driver } = await makeFake({ total: { vcpus: 2, memoryMb: 4096, diskGb: 100 }, cpuAllocationRatio: 2 });
    await driver.spawn(guestOf(uuid(1)));
    await driver.spawn(guestOf(uuid(2)));
    await expect(driver.spawn(guestOf(uuid(3)))).rejects.toMatchObject({ kind: 'noValidHost' });
    await driver.destroy(uuid(1));
    await driver.spawn(guestOf(uuid(3)));
    expect((await driver.list()).map(guest => guest.instanceUuid)).toEqual([uuid(2), uuid(3)]);
  });

  it('does not give the last of its room to two spawns at once', async () => {
    const { driver } = await makeFake({ total: { vcpus: 2, memoryMb: 4096, diskGb: 100 }, cpuAllocationRatio: 1 });
    const results = await Promise.allSettled([driver.spawn(guestOf(uuid(1))), driver.spawn(guestOf(uuid(2)))]);
    expect(results.map(result => result.status)).toEqual(['fulfilled', 'rejected']);
  });

  it('takes the time that it is told to, within the spread', async () => {
    const { driver, clock } = await makeFake({ delays: { spawn: { meanMs: 100, spreadMs: 40 } } }, makeRandom(0, 0.5, 0.999));
    for (const n of [1, 2, 3]) await driver.spawn(guestOf(uuid(n)));
    expect(clock.slept.map(Math.round)).toEqual([60, 100, 140]);
  });

  it('fails the share and the names that it is told to, and leaves nothing of a failed spawn', async () => {
    const failures = [
      { operation: 'spawn', namePattern: '^bad-', retryable: false, message: 'told so' },
      { operation: 'spawn', rate: 0.5 },
    ];
    const { driver } = await makeFake({ delays: { spawn: { meanMs: 0 } }, failures }, makeRandom(0.9, 0.1, 0.9, 0.9));
    await expect(driver.spawn(guestOf(uuid(1), 'bad-1'))).rejects.toMatchObject({ kind: 'invalid', message: 'told so' });
    await driver.spawn(guestOf(uuid(2), 'good-2'));
    expect((await driver.list()).map(guest => guest.instanceUuid)).toEqual([uuid(2)]);
  });

  it('a failure that is retryable says that another host may do better', async () => {
    const { driver } = await makeFake({ failures: [{ operation: 'destroy' }] });
    await driver.spawn(guestOf(uuid(1)));
    await expect(driver.destroy(uuid(1))).rejects.toMatchObject({ kind: 'unavailable' });
    expect(await driver.powerState(uuid(1))).toBe(PowerState.RUNNING);
  });

  it('remembers thousands of guests through a kill, with their power states', async () => {
    const stateDirectory = join(directory, 'many');
    const options = { stateDirectory, total: { vcpus: 100_000, memoryMb: 100_000_000, diskGb: 10_000_000 } };
    const { driver } = await makeFake(options, undefined, 'many');
    for (let n = 0; n < 3000; n += 1) await driver.spawn(guestOf(uuid(n)));
    for (let n = 0; n < 1000; n += 1) await driver.destroy(uuid(n));
    await driver.powerOff(uuid(2999));
    // No stop(): the process was killed.
    const { driver: next } = await makeFake(options, undefined, 'many');
    expect(await next.list()).toHaveLength(2000);
    expect(await next.powerState(uuid(2999))).toBe(PowerState.SHUTDOWN);
    expect(await next.powerState(uuid(1500))).toBe(PowerState.RUNNING);
  });

  it('a configuration that it does not understand is refused by name', () => {
    const parsed = FakeConfig.safeParse({ kind: 'fake', failures: [{ operation: 'spawn', namePattern: '(' }] });
    expect(parsed.error?.issues[0]).toMatchObject({ path: ['failures', 0, 'namePattern'], message: 'not a regular expression' });
  });
});
