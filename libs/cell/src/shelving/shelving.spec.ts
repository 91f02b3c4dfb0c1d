import { expect, it } from 'vitest';
import { PowerState, shapeOf } from '#domain';
import { leafWithServer, LEAF_EPOCH as NOW, LEAF_SERVER as UUID } from '#simulation';
import { sampleSpec } from '#testing';
import type { CellOptions } from '../cell.js';
import type { InstanceRow } from '../rows.js';
import { IMAGE, LINK } from './shelved-image.fixture.js';

const SHAPE = shapeOf(sampleSpec(UUID).flavor);
const UNWANTED = { imageId: 'i1', discard: LINK };
const OFFLOADED = { vmState: 'shelved_offloaded', host: null, node: null, powerState: 4 } as const;

const leaf = (change: Partial<InstanceRow> = {}, options: Partial<CellOptions> = {}) => {
  const one = leafWithServer(change, options);
  /** The host has done what it was told last. */
  const done = async (event: string, error: object | null = null, powerState: number = PowerState.SHUTDOWN): Promise<void> => {
    const commandId = one.commands().at(-1)!.id;
    await one.receive(event, { commandId, powerState, startedAt: NOW, finishedAt: NOW, error });
  };
  const order = (action: object): Promise<void> => one.receive('instance.action', { action });
  const shelve = () => order({ name: 'shelve', upload: { ...UNWANTED, format: 'qcow2', put: LINK } });
  const unshelve = (more: object = {}) => order({ name: 'unshelve', image: IMAGE, discard: UNWANTED, host: null, ...more });
  return { ...one, done, order, shelve, unshelve };
};
const claimed = { claim: SHAPE };
const used = ({ database }: ReturnType<typeof leaf>) => database.hosts.get('h1')!.claims;

it('a shelved instance goes off its host at once, and gives its room back when the guest is gone', async () => {
  const one = leaf(claimed);
  one.database.hosts.put('h1', { ...one.database.hosts.get('h1')!, used: SHAPE, claims: 1 });
  await one.shelve();
  expect(one.instance()).toMatchObject({ vmState: 'active', taskState: 'shelving' });
  await one.done('guest.acted');
  expect(one.instance()).toMatchObject({ vmState: 'shelved', taskState: 'shelving_offloading', host: 'h1' });
  await one.pass(1);
  expect([one.commands().at(-1)?.method, used(one)]).toEqual(['guest.destroy', 1]);
  await one.done('guest.destroyed');
  expect(one.instance()).toMatchObject({ ...OFFLOADED, taskState: null, claim: null });
  expect([used(one), one.workflow()]).toEqual([0, undefined]);
});

it('it stays on its host for as long as the cell is told, and is free for other orders meanwhile', async () => {
  const one = leaf({}, { shelvedOffloadSeconds: 60 });
  await one.shelve();
  await one.done('guest.acted');
  await one.pass(30);
  expect(one.instance()).toMatchObject({ vmState: 'shelved', taskState: null, host: 'h1' });
  await one.unshelve();
  expect(one.commands().at(-1)).toMatchObject({ method: 'guest.act', payload: { action: { name: 'unshelve', discard: UNWANTED } } });
  await one.done('guest.acted', null, PowerState.RUNNING);
  await one.pass(60);
  expect(one.instance()).toMatchObject({ vmState: 'active', taskState: null, powerState: PowerState.RUNNING });
});

it('when its time on the host is over it goes; without a time it stays until it is ordered away', async () => {
  const timed = leaf({}, { shelvedOffloadSeconds: 60 });
  await timed.shelve();
  await timed.done('guest.acted');
  await timed.pass(61);
  await timed.done('guest.destroyed');
  expect(timed.instance()).toMatchObject(OFFLOADED);
  const endless = leaf({}, { shelvedOffloadSeconds: -1 });
  await endless.shelve();
  await endless.done('guest.acted');
  await endless.pass(10_000);
  expect([endless.instance()?.vmState, endless.workflow()]).toEqual(['shelved', undefined]);
  await endless.order({ name: 'shelveOffload' });
  expect(endless.instance()).toMatchObject({ taskState: 'shelving_offloading' });
  await endless.done('guest.destroyed');
  expect(endless.instance()).toMatchObject(OFFLOADED);
});

it('an instance whose shelving fails is stopped when its guest is off by then, whatever it was', async () => {
  const one = leaf({ vmState: 'paused', powerState: PowerState.PAUSED });
  await one.shelve();
  await one.done('guest.acted', { kind: 'unavailable', message: 'no image service', retryable: true });
  expect(one.instance()).toMatchObject({ vmState: 'stopped', taskState: null, host: 'h1' });
});

it('unshelving makes it of its image as a newer placement than any before, in the zone that is wanted now', async () => {
  const one = leaf({ ...OFFLOADED, highestEpoch: 7, placement: { triedCells: [], triedHosts: ['h1'], trail: [] } });
  await one.unshelve({ zone: null });
  expect(one.instance()).toMatchObject({ host: 'h1', taskState: 'spawning', placedEpoch: 8, claim: SHAPE });
  const spec = { image: { id: 'i1' }, availabilityZone: null };
  expect(one.commands().at(-1)).toMatchObject({ method: 'guest.spawn', payload: { epoch: 8, spec, discard: UNWANTED } });
  expect(one.database.requestSpecs.get(UUID)?.spec.image?.id).not.toBe('i1');
  await one.done('guest.spawned', null, PowerState.RUNNING);
  expect(one.instance()).toMatchObject({ vmState: 'active', taskState: null, powerState: PowerState.RUNNING });
});

it('one that no host takes is kept as it was, and says why in the action log', async () => {
  const one = leaf(OFFLOADED);
  await one.unshelve({ host: 'h9' });
  expect(one.instance()).toMatchObject({ ...OFFLOADED, taskState: null, claim: null });
  await one.unshelve();
  await one.done('guest.spawned', { kind: 'unavailable', message: 'no disk', retryable: true }, PowerState.NOSTATE);
  expect(one.commands().at(-1)?.method).toBe('guest.destroy');
  await one.done('guest.destroyed');
  expect(one.instance()).toMatchObject({ ...OFFLOADED, taskState: null, claim: null });
  expect([used(one), one.workflow()]).toEqual([0, undefined]);
});
