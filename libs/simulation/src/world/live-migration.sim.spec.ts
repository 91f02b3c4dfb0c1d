import { describe, expect, it } from 'vitest';
import { PowerState } from '#domain';
import type { Layout } from './tree.js';
import { World } from './world.js';

/* Servers that move while they run, and what may happen on the way. Each story on a seed of its own. */

const DEEP: Layout = { cells: { west: { cells: { a: { hosts: ['h1', 'h2'] } } } } };

/** A server that is active; its own host, and the other. */
const begin = async (seed: number) => {
  const world = await World.begin({ seed, layout: DEEP });
  const [uuid] = world.users.create([1]);
  await until(world, () => row()?.vmState === 'active');
  const own = row()!.host!;
  const other = own === 'h1' ? 'h2' : 'h1';
  return { world, own, other, row: () => row()! };

  function row() {
    return world.root.database.instances.get(uuid!);
  }
};
const until = async (world: World, holds: () => boolean, seconds = 120): Promise<void> => {
  for (let passed = 0; passed < seconds && !holds(); passed += 0.5) await world.runFor(0.5);
  expect(holds()).toBe(true);
};

describe('a server that is migrated live', () => {
  it('goes on at the other host, and tells how far it has come meanwhile', async () => {
    const { world, row, own, other } = await begin(21);
    world.do({ does: 'migrate live', server: 1 });
    await until(world, () => row().move?.status === 'running' && row().move?.progress !== undefined);
    expect(row()).toMatchObject({ host: own, vmState: 'active', taskState: 'migrating' });
    await until(world, () => row().move?.status === 'completed');
    expect(row()).toMatchObject({ host: other, vmState: 'active', taskState: null, powerState: PowerState.RUNNING });
    expect(await world.comeToRest()).toEqual([]);
  });

  it('that was paused is paused there', async () => {
    const { world, row, other } = await begin(22);
    world.do({ does: 'power', server: 1, action: 'pause' });
    await until(world, () => row().vmState === 'paused' && row().taskState === null);
    world.do({ does: 'migrate live', server: 1 });
    await until(world, () => row().move?.status === 'completed');
    expect(row()).toMatchObject({ host: other, vmState: 'paused', taskState: null, powerState: PowerState.PAUSED });
    expect(await world.comeToRest()).toEqual([]);
  });

  it('stays where it is when that is aborted', async () => {
    const { world, row, own } = await begin(23);
    world.do({ does: 'migrate live', server: 1 });
    await until(world, () => row().move?.progress !== undefined);
    world.do({ does: 'steer migration', server: 1, action: 'abortLive' });
    await until(world, () => row().move?.status === 'cancelled');
    expect(row()).toMatchObject({ host: own, vmState: 'active', taskState: null, fault: null, powerState: PowerState.RUNNING });
    expect(await world.comeToRest()).toEqual([]);
  });

  it.each(['the host that it leaves', 'the host that it goes to'] as const)('ends on one host when %s dies on the way', async which => {
    const { world, row, own, other } = await begin(24);
    world.do({ does: 'migrate live', server: 1 });
    await until(world, () => row().move?.progress !== undefined);
    world.do({ does: 'kill agent', host: which === 'the host that it leaves' ? own : other, seconds: 30 });
    await until(world, () => row().taskState === null, 600);
    expect(row()).toMatchObject({ vmState: 'active', powerState: PowerState.RUNNING });
    expect(await world.comeToRest()).toEqual([]);
  });

  it('is made anew by an evacuation when the host that sends it is lost, and is on once when that is back', async () => {
    const { world, row, own, other } = await begin(27);
    world.do({ does: 'migrate live', server: 1 });
    await until(world, () => row().move?.progress !== undefined);
    world.do({ does: 'kill agent', host: own, seconds: 120 });
    world.do({ does: 'force host down', host: own, seconds: 200 });
    await world.runFor(10);
    expect(row()).toMatchObject({ host: own, taskState: 'migrating' });
    world.do({ does: 'evacuate', server: 1 });
    await until(world, () => row().move?.status === 'done');
    const anew = { host: other, vmState: 'active', taskState: null, powerState: PowerState.RUNNING, move: { type: 'evacuation' } };
    expect(row()).toMatchObject(anew);
    const givenUp = world.root.database.actionEvents.find(({ event }) => event === 'compute_live_migration');
    expect(givenUp?.details).toBe(`Host ${own} was lost, and the server is evacuated`);
    expect(await world.comeToRest()).toEqual([]);
    expect(row()).toMatchObject(anew);
  });

  it('and was paused is evacuated from a host that is lost once its state was reset', async () => {
    const { world, row, own, other } = await begin(29);
    world.do({ does: 'power', server: 1, action: 'pause' });
    await until(world, () => row().vmState === 'paused' && row().taskState === null);
    world.do({ does: 'migrate live', server: 1 });
    await until(world, () => row().move?.progress !== undefined);
    world.do({ does: 'kill agent', host: own, seconds: 120 });
    await world.runFor(20);
    world.do({ does: 'reset state', server: 1, state: 'active' });
    await until(world, () => row().vmState === 'active' && row().taskState === 'migrating');
    world.do({ does: 'evacuate', server: 1 });
    await until(world, () => row().move?.status === 'done');
    expect(row()).toMatchObject({ host: other, vmState: 'active', powerState: PowerState.RUNNING, move: { type: 'evacuation' } });
    expect(await world.comeToRest()).toEqual([]);
  });

  it('goes on being migrated when it is to be evacuated while its host is up', async () => {
    const { world, row, other } = await begin(28);
    world.do({ does: 'migrate live', server: 1 });
    await until(world, () => row().move?.progress !== undefined);
    world.do({ does: 'evacuate', server: 1 });
    await until(world, () => row().move?.status === 'completed');
    expect(row()).toMatchObject({ host: other, vmState: 'active', taskState: null, move: { type: 'live-migration' } });
    expect(await world.comeToRest()).toEqual([]);
  });

  it('stays where it is while its host is down', async () => {
    const { world, row, own } = await begin(26);
    world.do({ does: 'kill agent', host: own, seconds: 60 });
    await world.runFor(25);
    world.do({ does: 'migrate live', server: 1 });
    await until(world, () => row().move?.status === 'error');
    expect(row()).toMatchObject({ host: own, vmState: 'active', taskState: null });
    expect(await world.comeToRest()).toEqual([]);
  });

  it('that is deleted meanwhile leaves nothing on either host', async () => {
    const { world, row } = await begin(25);
    world.do({ does: 'migrate live', server: 1 });
    await until(world, () => row().move?.progress !== undefined);
    world.do({ does: 'delete', server: 1 });
    await until(world, () => row().deletedAt !== null);
    expect(await world.comeToRest()).toEqual([]);
  });
});
