import { describe, expect, it } from 'vitest';
import { Story } from './story.fixture.js';

/* A machine starts with a clock that is an hour ahead, and somebody puts it right while what runs there is started again. */

const LINE = { cells: { west: { cells: { a: { hosts: ['h1'] } } } } };
const LEAF = 'api!west!a';
const HOUR_MS = 3_600_000;

describe('a clock that is put right', () => {
  it('on a host: its cell hears it again before its guests count as lost, and builds there', async () => {
    const story = await Story.begin(LINE);
    const { world } = story;
    const restart = async (milliseconds: number) => {
      world.clockOf(`${LEAF}@h1`)!.setWrongBy(milliseconds);
      world.do({ does: 'kill agent', host: 'h1', seconds: 1 });
      await world.runFor(10);
    };
    await restart(HOUR_MS);
    await restart(0);
    await world.runFor(30);
    await story.order([1]);
    await story.until(() => story.server(1)?.vmState === 'active');
    expect(await story.end()).toEqual([]);
  });

  it('in a cell: the top sees its hosts as they are within three minutes', async () => {
    const story = await Story.begin(LINE);
    const { world } = story;
    const clock = world.clockOf(LEAF)!;
    const guestsSeen = () => world.root.database.hostMirrors.get(`${LEAF}@h1`)?.used.vcpus;
    clock.setWrongBy(HOUR_MS);
    await world.runFor(70);
    clock.setWrongBy(0);
    await world.runFor(60);
    await story.order([1]);
    await story.until(() => story.server(1)?.vmState === 'active', 60);
    const { vcpus } = world.cell(LEAF).database.hosts.get('h1')!.used;
    expect(vcpus).toBeGreaterThan(0);
    await story.until(() => guestsSeen() === vcpus, 180);
    expect(await story.end()).toEqual([]);
  });
});
