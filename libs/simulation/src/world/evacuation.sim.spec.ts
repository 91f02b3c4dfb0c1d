import { describe, expect, it } from 'vitest';
import { PowerState } from '#domain';
import type { Layout } from './tree.js';
import { World } from './world.js';

/* Hosts that are lost, and what becomes of their servers. Each story on a seed of its own. */

const DEEP: Layout = { cells: { west: { cells: { a: { hosts: ['h1', 'h2'] } } } } };

/** A server that is active; its own host, and the other. */
const begin = async (seed: number) => {
  const world = await World.begin({ seed, layout: DEEP });
  const [uuid] = world.users.create([1]);
  await world.runFor(10);
  const { host } = world.root.database.instances.get(uuid!)!;
  return { world, uuid: uuid!, own: host!, other: host === 'h1' ? 'h2' : 'h1' };
};
const atTheTop = (world: World, uuid: string) => world.root.database.instances.get(uuid)!;
const powerOn = async (world: World, host: string, uuid: string) => world.findHost(host)!.driver.powerState(uuid);

describe('a server whose host is lost', () => {
  it('is made anew on another, and what the lost host still has is destroyed when that comes back', async () => {
    const { world, uuid, own, other } = await begin(11);
    world.do({ does: 'kill agent', host: own, seconds: 120 });
    await world.runFor(30);
    world.do({ does: 'evacuate', server: 1 });
    await world.runFor(30);
    const moved = { host: other, vmState: 'active', taskState: null, move: { type: 'evacuation', status: 'done', sourceHost: own } };
    expect(atTheTop(world, uuid)).toMatchObject(moved);
    expect([await powerOn(world, own, uuid), await powerOn(world, other, uuid)]).toEqual([PowerState.RUNNING, PowerState.RUNNING]);
    await world.runFor(120);
    expect([await powerOn(world, own, uuid), await powerOn(world, other, uuid)]).toEqual([PowerState.NOSTATE, PowerState.RUNNING]);
    expect(await world.comeToRest()).toEqual([]);
  });

  it('that was stopped is stopped where it is made anew', async () => {
    const { world, uuid, own, other } = await begin(12);
    world.do({ does: 'power', server: 1, action: 'stop' });
    await world.runFor(5);
    world.do({ does: 'force host down', host: own, seconds: 60 });
    await world.runFor(10);
    world.do({ does: 'evacuate', server: 1 });
    await world.runFor(30);
    expect(atTheTop(world, uuid)).toMatchObject({ host: other, vmState: 'stopped', powerState: PowerState.SHUTDOWN });
    expect(await world.comeToRest()).toEqual([]);
  });

  it('is in error, and can be evacuated again, when no host has room', async () => {
    const { world, uuid, own, other } = await begin(13);
    world.do({ does: 'disable host', host: other, seconds: 40 });
    world.do({ does: 'force host down', host: own, seconds: 200 });
    await world.runFor(10);
    world.do({ does: 'evacuate', server: 1 });
    await world.runFor(10);
    const fault = { message: expect.stringContaining('No valid host was found') };
    expect(atTheTop(world, uuid)).toMatchObject({ host: own, vmState: 'error', fault, move: { status: 'failed' } });
    await world.runFor(40);
    world.do({ does: 'evacuate', server: 1 });
    await world.runFor(30);
    expect(atTheTop(world, uuid)).toMatchObject({ host: other, vmState: 'active', fault: null, move: { status: 'done' } });
    expect(await world.comeToRest()).toEqual([]);
  });

  it('stays where it is while its host is up', async () => {
    const { world, uuid, own } = await begin(14);
    world.do({ does: 'evacuate', server: 1 });
    await world.runFor(10);
    expect(atTheTop(world, uuid)).toMatchObject({ host: own, vmState: 'active', taskState: null, move: { status: 'error' } });
    const told = world.root.database.actionEvents.find(({ event }) => event === 'conductor_rebuild_server');
    expect(told?.details).toBe(`Compute service of ${own} is still in use.`);
    expect(await world.comeToRest()).toEqual([]);
  });

  it('does not wait for what its host was told before', async () => {
    const { world, uuid, own, other } = await begin(15);
    world.do({ does: 'kill agent', host: own, seconds: 120 });
    world.do({ does: 'power', server: 1, action: 'createImage' });
    await world.runFor(30);
    expect(atTheTop(world, uuid).taskState).toBe('image_snapshot');
    world.do({ does: 'evacuate', server: 1 });
    await world.runFor(30);
    expect(atTheTop(world, uuid)).toMatchObject({ host: other, vmState: 'active', taskState: null });
    expect(await world.comeToRest()).toEqual([]);
  });
});
