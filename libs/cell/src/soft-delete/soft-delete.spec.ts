import { describe, expect, it } from 'vitest';
import { PowerState, shapeOf } from '#domain';
import { leafWithServer, LEAF_EPOCH as NOW, LEAF_SERVER as UUID } from '#simulation';
import { sampleSpec } from '#testing';
import type { InstanceRow } from '../rows.js';

const KEPT = { vmState: 'soft-delete', taskState: null, host: 'h1', powerState: PowerState.SHUTDOWN } as const;
const SHAPE = shapeOf(sampleSpec(UUID).flavor);

const leaf = (change: Partial<InstanceRow> = {}) => {
  const one = leafWithServer({ launchedAt: NOW, claim: SHAPE, ...change });
  one.database.hosts.put('h1', { ...one.database.hosts.get('h1')!, used: SHAPE, claims: 1 });
  /** The host has done what it was told last. */
  const done = (event: string, powerState: number, error: object | null = null): Promise<void> =>
    one.receive(event, { commandId: one.commands().at(-1)!.id, powerState, startedAt: NOW, finishedAt: NOW, error });
  const order = (action: object): Promise<void> => one.receive('instance.action', { action });
  const softDelete = () => order({ name: 'softDelete', reclaimSeconds: 60 });
  const restore = () => order({ name: 'restore' });
  const off = () => done('guest.acted', PowerState.SHUTDOWN);
  const acts = () => one.commands().map(({ payload }) => (payload as { action?: { name: string } }).action?.name);
  return { ...one, done, order, softDelete, restore, off, acts };
};

describe('a soft deletion', () => {
  it('turns the guest off and keeps it and its room', async () => {
    const one = leaf();
    await one.softDelete();
    expect(one.instance()).toMatchObject({ vmState: 'active', taskState: 'soft-deleting' });
    await one.off();
    expect(one.instance()).toMatchObject(KEPT);
    expect([one.acts(), one.database.hosts.get('h1')?.claims]).toEqual([['stop'], 1]);
  });

  it('ends when its time is over: the guest is destroyed and the room given back', async () => {
    const one = leaf();
    await one.softDelete();
    await one.off();
    await one.pass(59);
    expect(one.instance()).toMatchObject(KEPT);
    await one.pass(2);
    expect([one.instance()?.taskState, one.commands().at(-1)?.method]).toEqual(['deleting', 'guest.destroy']);
    await one.done('guest.destroyed', PowerState.NOSTATE);
    expect(one.instance()).toMatchObject({ vmState: 'deleted', deletedAt: NOW + 61_000 });
    expect([one.database.hosts.get('h1')?.claims, one.workflow()]).toEqual([0, undefined]);
  });

  it('is taken back: the guest runs as before, and stays', async () => {
    const one = leaf();
    await one.softDelete();
    await one.off();
    await one.restore();
    expect(one.instance()).toMatchObject({ vmState: 'soft-delete', taskState: 'restoring' });
    await one.done('guest.acted', PowerState.RUNNING);
    expect(one.instance()).toMatchObject({ vmState: 'active', taskState: null, powerState: PowerState.RUNNING });
    await one.pass(120);
    expect([one.instance()?.vmState, one.workflow(), one.acts()]).toEqual(['active', undefined, ['stop', 'start']]);
  });

  it('whose taking back fails goes on, and ends at its time', async () => {
    const one = leaf();
    await one.softDelete();
    await one.off();
    await one.pass(50);
    await one.restore();
    await one.done('guest.acted', PowerState.SHUTDOWN, { kind: 'internal', message: 'no power', retryable: false });
    expect(one.instance()).toMatchObject(KEPT);
    await one.pass(11);
    expect(one.commands().at(-1)?.method).toBe('guest.destroy');
  });

  it('comes after what is being done with the instance', async () => {
    const one = leaf();
    await one.order({ name: 'rebootHard' });
    await one.softDelete();
    await one.softDelete();
    expect(one.acts()).toEqual(['rebootHard']);
    await one.done('guest.acted', PowerState.RUNNING);
    expect(one.instance()).toMatchObject({ vmState: 'active', taskState: 'soft-deleting' });
    await one.pass(1);
    expect(one.acts()).toEqual(['rebootHard', 'stop']);
    await one.off();
    expect(one.instance()).toMatchObject(KEPT);
  });

  it('is not stopped by an administrator’s reset of the state, nor by a host that fails or is down', async () => {
    const reset = leaf();
    await reset.order({ name: 'rebootHard' });
    await reset.softDelete();
    await reset.receive('instance.resetState', { vmState: 'active' });
    await reset.pass(1);
    expect(reset.acts().at(-1)).toBe('stop');

    const failing = leaf();
    await failing.softDelete();
    await failing.done('guest.acted', PowerState.RUNNING, { kind: 'internal', message: 'it does not stop', retryable: false });
    expect(failing.instance()).toMatchObject({ vmState: 'soft-delete', powerState: PowerState.RUNNING });

    const down = leaf();
    down.database.hosts.put('h1', { ...down.database.hosts.get('h1')!, forcedDown: true });
    await down.softDelete();
    await down.pass(2);
    await down.pass(30);
    expect(down.instance()).toMatchObject({ vmState: 'soft-delete', taskState: null });
    // It does so when it is back, however long that takes.
    expect(down.commands().map(({ deadline }) => deadline)).toEqual([Number.MAX_SAFE_INTEGER]);
  });

  it('of a rescued instance is taken back to its own disk', async () => {
    const one = leaf({ vmState: 'rescued' });
    await one.softDelete();
    await one.off();
    await one.restore();
    expect(one.commands().at(-1)?.payload).toMatchObject({ action: { name: 'unrescue' }, spec: { instanceUuid: UUID } });
  });

  it('is followed by one for good at any time', async () => {
    const one = leaf();
    await one.softDelete();
    await one.receive('instance.delete', {});
    expect(one.commands().at(-1)?.method).toBe('guest.destroy');
    await one.done('guest.destroyed', PowerState.NOSTATE);
    expect([one.instance()?.vmState, one.workflow()]).toEqual(['deleted', undefined]);
  });
});
