import { describe, expect, it } from 'vitest';
import { PowerState } from '#domain';
import { sampleSpec, until } from '#testing';
import { errorOf, noDelays, startFakeHost, UUID } from './fake-host.fixture.js';

/** A host whose guests take a while to be sent. */
const newHost = async () => {
  const host = await startFakeHost({ delays: noDelays({ migrate: { meanMs: 60_000, spreadMs: 0 } }) });
  const move = (id: string, what: object, epoch = 1) => host.order(id, 'guest.move', { epoch, move: what });
  return { ...host, move, guest: { build: sampleSpec(UUID), epoch: 1, image: null } };
};

describe('a guest that is sent while it runs', () => {
  it('runs until it is gone, and how far it is told on the way', async () => {
    const { clock, driver, told, move, guest } = await newHost();
    await driver.spawn(guest);
    const sent = move('m-1', { name: 'send', to: 'fake:' });
    await until(() => told.length > 0, { timeoutMs: 40_000 });
    expect(await driver.powerState(UUID)).toBe(PowerState.RUNNING);
    await clock.advance(60_000);
    expect((await sent).payload).toMatchObject({ error: null, powerState: PowerState.SHUTDOWN });
    const transfer = { memoryTotalBytes: 1024 ** 3, memoryProcessedBytes: 0 };
    expect(told[0]).toMatchObject({ event: 'guest.progress', payload: { commandId: 'm-1', taskState: 'migrating', transfer } });
    expect(errorOf(await move('m-2', { name: 'stay' }, 2))).toMatchObject({ kind: 'notFound' });
    expect(errorOf(await move('m-3', { name: 'send', to: 'fake:' }))).toBeNull();
  });

  it('is steered while it is sent: aborted, it stays, as the newer placement', async () => {
    const { driver, told, move, guest } = await newHost();
    await driver.spawn(guest);
    const sent = move('m-1', { name: 'send', to: 'fake:' });
    await until(() => told.length > 0, { timeoutMs: 40_000 });
    expect(errorOf(await move('m-2', { name: 'steer', how: 'abort' }))).toBeNull();
    expect(errorOf(await sent)).toMatchObject({ kind: 'conflict', message: expect.stringContaining('was aborted') });
    expect(errorOf(await move('m-3', { name: 'stay' }, 3))).toBeNull();
    expect(await driver.list()).toEqual([{ instanceUuid: UUID, epoch: 3, powerState: PowerState.RUNNING }]);
    expect(errorOf(await move('m-4', { name: 'send', to: 'fake:' }, 1))).toMatchObject({ kind: 'conflict' });
  });

  it('does not keep an order to destroy it waiting', async () => {
    const { driver, told, move, order, guest } = await newHost();
    await driver.spawn(guest);
    const sent = move('m-1', { name: 'send', to: 'fake:' });
    await until(() => told.length > 0, { timeoutMs: 40_000 });
    const destroyed = order('m-2', 'guest.destroy', {});
    expect(errorOf(await sent)).toMatchObject({ kind: 'conflict' });
    expect(errorOf(await destroyed)).toBeNull();
    expect(await driver.list()).toEqual([]);
  });
});

describe('a guest of a newer placement', () => {
  it('goes on being sent when an order to destroy the older one comes late', async () => {
    const { clock, driver, told, move, order, guest } = await newHost();
    await order('m-1', 'guest.spawn', { spec: guest.build, epoch: 2 });
    const sent = move('m-2', { name: 'send', to: 'fake:' }, 2);
    await until(() => told.length > 0, { timeoutMs: 40_000 });
    const destroyed = order('m-3', 'guest.destroy', { epoch: 1 });
    await clock.advance(60_000);
    expect([errorOf(await sent), errorOf(await destroyed)]).toEqual([null, null]);
    expect(await driver.list()).toEqual([{ instanceUuid: UUID, epoch: 2, powerState: PowerState.SHUTDOWN }]);
  });
});

describe('a guest that is expected', () => {
  it('is off until it has arrived, and then as it was', async () => {
    const { driver, move, guest } = await newHost();
    expect((await move('m-1', { name: 'expect', spec: guest.build }, 2)).payload).toMatchObject({ offer: { address: 'fake:' } });
    expect(await driver.list()).toEqual([{ instanceUuid: UUID, epoch: 2, powerState: PowerState.SHUTDOWN }]);
    await expect(driver.powerOn(UUID)).rejects.toMatchObject({ kind: 'conflict' });
    for (const id of ['m-2', 'm-3'])
      expect((await move(id, { name: 'arrive', spec: guest.build, paused: true }, 2)).payload).toMatchObject({
        error: null,
        powerState: PowerState.PAUSED,
      });
  });

  it('is not made by an order that comes after it was destroyed', async () => {
    const { driver, move, order, guest } = await newHost();
    await order('m-1', 'guest.destroy', { epoch: 2 });
    for (const what of [{ name: 'expect' }, { name: 'arrive', paused: false }])
      expect(errorOf(await move(`m-${what.name}`, { ...what, spec: guest.build }, 2))).toMatchObject({ kind: 'conflict' });
    expect(await driver.list()).toEqual([]);
  });
});
