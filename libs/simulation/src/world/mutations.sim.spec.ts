import { describe, expect, it } from 'vitest';
import type { Loaded, Wanted } from '#cell';
import { MemoryCellStore } from '../store/memory-cell-store.js';
import type { Weather } from './chance.js';
import type { Tampering } from './surroundings.js';
import { World } from './world.js';

/*
 * What the invariants are worth: each of these breaks one thing on purpose, and the worlds must notice.
 */

class ForgetsItsInbox extends MemoryCellStore {
  protected override seenFrames(): ReadonlySet<string> {
    return new Set();
  }
}

class ClaimsWithoutComparing extends MemoryCellStore {
  protected override claimsConflict(): boolean {
    return false;
  }
}

class LocksNothing extends MemoryCellStore {
  protected override conflicts(): boolean {
    return false;
  }
}

class SendsOnlyOnce extends MemoryCellStore {
  override async takeOutbox(limit: number) {
    const frames = await super.takeOutbox(limit);
    await this.deleteOutbox(frames.map(frame => frame.id));
    return [];
  }
}

/** To its handlers, every report of a child is newer than what they have. */
class IgnoresGenerations extends MemoryCellStore {
  override transact<T>(wanted: Wanted, work: (loaded: Loaded) => T): Promise<T> {
    return super.transact(wanted, loaded => {
      const { instances } = loaded.work;
      const mirrored = instances.all().filter(row => row.nextHop !== null && row.deletedAt === null);
      instances.fill(
        [],
        mirrored.map(row => ({ ...row, generation: -1 })),
      );
      return work(loaded);
    });
  }
}

const without = (method: string): Tampering => ({
  frame: frame => ({ ...frame, envelopes: frame.envelopes.filter(envelope => envelope.method !== method) }),
});

/** The comparison of parents and children mends what some of these break: here nobody answers its questions. */
const UNMENDED: Tampering = { isAnswered: () => false };

/** So many worlds are looked at before the fault counts as unnoticed. */
const WORLDS = 25;

const firstFault = async (tampering: Tampering, weather: Partial<Weather>, seconds = 30): Promise<string | undefined> => {
  for (let seed = 1; seed <= WORLDS; seed += 1) {
    const world = await World.begin({ seed, tampering: { ...UNMENDED, ...tampering }, weather });
    await world.live(seconds);
    const [violation] = await world.comeToRest(150);
    if (violation) return violation;
  }
  return undefined;
};

describe('the invariants notice', () => {
  it('a store that handles a frame as often as it is delivered', async () => {
    const fault = await firstFault({ makeStore: parts => new ForgetsItsInbox(parts) }, { ackLost: 0.4 });
    expect(fault).toMatch(/twice/);
  });

  it('claims without compare and set', async () => {
    const fault = await firstFault({ makeStore: parts => new ClaimsWithoutComparing(parts) }, { processes: 2, slowTransaction: 0.3 });
    expect(fault).toMatch(/claimed of|counts/);
  });

  it('transactions that do not wait for each other', async () => {
    expect(await firstFault({ makeStore: parts => new LocksNothing(parts) }, { processes: 2, slowTransaction: 0.3 })).toBeDefined();
  });

  it('frames that are sent once or never', async () => {
    const fault = await firstFault({ makeStore: parts => new SendsOnlyOnce(parts) }, { processes: 2, diesCommitting: 0.05 });
    expect(fault).toMatch(/still|never ended|guests on|should be on|believes to have|reserves/);
  });

  it('a mirror that takes any report for the newest', async () => {
    const fault = await firstFault({ makeStore: parts => new IgnoresGenerations(parts) }, { reordered: true, slowMessage: 0.3 });
    expect(fault).toMatch(/at the root|still|never ended|power state/);
  });

  it('recalls that are lost', async () => {
    const fault = await firstFault(without('instance.recall'), { secondsBetweenCuts: 3 }, 90);
    expect(fault).toMatch(/guests on|is on|believes to have/);
  });

  it('guests that nobody compares with the instances', async () => {
    const fault = await firstFault(without('guest.list'), { processes: 2, secondsBetweenKills: 2, diesCommitting: 0.05 });
    expect(fault).toMatch(/guests on|is on|nobody's|power state/);
  });
});
