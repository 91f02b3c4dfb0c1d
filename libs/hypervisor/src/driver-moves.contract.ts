import { expect } from 'vitest';
import { PowerState } from '#domain';
import type { AnyDriver, GuestMoves, GuestSpec } from './driver.js';

/** What the suite of the drivers hands over to its part about moves. */
export interface MovesUnderTest {
  claim(text: string, run: () => Promise<void>): void;
  driver(): AnyDriver;
  /** The driver of the next run of the compute service. */
  restart(): Promise<AnyDriver>;
  readonly uuid: string;
  /** Of this instance, which belongs to placement `epoch`. */
  guest(epoch: number): GuestSpec;
}

const AT_ONCE = { graceSeconds: 0 };

/** What every driver that moves guests does, twice over. */
export const describeMoves = ({ claim, driver, restart, uuid, guest }: MovesUnderTest): void => {
  const moves = (one: AnyDriver = driver()): GuestMoves => {
    if (!one.moves) throw new Error('it declares moves, and has none');
    return one.moves;
  };
  const twice = async (run: () => Promise<unknown>): Promise<void> => {
    await run();
    await run();
  };
  const larger = (epoch: number): GuestSpec => {
    const { build, ...rest } = guest(epoch);
    return { ...rest, build: { ...build, flavor: { ...build.flavor, memoryMb: 192, rootGb: build.flavor.rootGb + 1 } } };
  };
  const listed = (one: AnyDriver = driver()) => one.list();
  const only = (powerState: number, epoch: number) => [{ instanceUuid: uuid, powerState, epoch }];

  claim('a guest that is put aside is off, outlives the compute service, and is brought back as the newer placement', async () => {
    await driver().spawn(guest(3));
    await twice(() => moves().setAside(uuid, AT_ONCE));
    expect(await listed()).toEqual(only(PowerState.SHUTDOWN, 3));
    await driver().stop();
    const next = await restart();
    expect(await listed(next)).toEqual(only(PowerState.SHUTDOWN, 3));
    await twice(() => moves(next).restore(uuid, { epoch: 5, running: true }));
    expect(await listed(next)).toEqual(only(PowerState.RUNNING, 5));
    await next.destroy(uuid);
    expect(await listed(next)).toEqual([]);
  });

  claim('a guest is resized where it is, and back again', async () => {
    await driver().spawn(guest(1));
    await moves().setAside(uuid, AT_ONCE);
    await twice(() => moves().receive(larger(2), { from: 'here', running: true }));
    expect(await listed()).toEqual(only(PowerState.RUNNING, 2));
    await twice(() => moves().restore(uuid, { epoch: 3, running: false }));
    expect(await listed()).toEqual(only(PowerState.SHUTDOWN, 3));
    await driver().powerOn(uuid);
    expect(await driver().powerState(uuid)).toBe(PowerState.RUNNING);
  });

  claim('a resize in place that is confirmed leaves one guest, which can be resized again', async () => {
    await driver().spawn(guest(1));
    await moves().setAside(uuid, AT_ONCE);
    await moves().receive(larger(2), { from: 'here', running: false });
    await twice(() => moves().forget(uuid));
    expect(await listed()).toEqual(only(PowerState.SHUTDOWN, 2));
    await moves().setAside(uuid, AT_ONCE);
    await moves().receive(larger(4), { from: 'here', running: true });
    expect(await listed()).toEqual(only(PowerState.RUNNING, 4));
    await driver().destroy(uuid);
    expect(await listed()).toEqual([]);
  });

  claim('moves of a guest that is not there fail, but for forgetting it', async () => {
    await expect(moves().setAside(uuid, AT_ONCE)).rejects.toMatchObject({ kind: 'notFound' });
    await expect(moves().receive(guest(1), { from: 'here', running: true })).rejects.toMatchObject({ kind: 'notFound' });
    await expect(moves().restore(uuid, { epoch: 2, running: true })).rejects.toMatchObject({ kind: 'notFound' });
    await moves().forget(uuid);
  });

  claim('a guest that was never put aside stays as it is when it is brought back', async () => {
    await driver().spawn(guest(1));
    await moves().restore(uuid, { epoch: 2, running: true });
    expect(await listed()).toEqual(only(PowerState.RUNNING, 2));
  });
};
