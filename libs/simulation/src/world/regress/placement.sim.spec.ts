import { describe, expect, it } from 'vitest';
import { Story } from './story.fixture.js';

/* What cells v1 did wrong when it placed servers: docs/regressions-of-cells-v1.md has the list. */

const TWO = { cells: { west: { hosts: ['h1'] }, east: { hosts: ['h2'] } } };

describe('placement', () => {
  it('F1: a burst between two reports spreads, and sends no cell more than fits there', async () => {
    const story = await Story.begin(TWO);
    for (let server = 1; server <= 14; server += 1) story.world.users.create([server]);
    await story.until(() => story.count('active') === 14);
    expect(story.told('build.rejected')).toEqual([]);
    expect(await story.end()).toEqual([]);
    expect(story.guests()).toEqual({ h1: 7, h2: 7 });
  });

  it('F2: room is counted host by host and in all dimensions at once, so what no single host holds is not promised', async () => {
    // Each host has 8 cores and 8 GB: by memory four would fit, by the sum of the cores three; by host it is two.
    const story = await Story.begin({ cells: { west: { hosts: ['h1', 'h2'] } } });
    await story.order([1, 2, 3], { flavor: 'large' });
    await story.until(() => story.count('active') === 2);
    expect(story.count('error')).toBe(1);
    await story.world.runFor(10);
    // What is left holds three small ones on each host.
    await story.order([4, 5, 6, 7, 8, 9]);
    await story.order([10]);
    await story.until(() => story.count('active') === 8 && story.count('error') === 2);
    expect(story.told('build.rejected')).toEqual([]);
    expect(await story.end()).toEqual([]);
  });

  it('F2: a slot of one flavor is not sold again as slots of another before the next report', async () => {
    // Eight cores: a large server takes five, so three small ones are left, whatever the report said of each by itself.
    const story = await Story.begin({ cells: { west: { hosts: ['h1'] } } });
    await story.order([1], { flavor: 'large' });
    await story.order([2, 3, 4, 5]);
    await story.until(() => story.count('active') === 4);
    expect(story.count('error')).toBe(1);
    expect(story.told('build.rejected')).toEqual([]);
    expect(await story.end()).toEqual([]);
  });

  it('F3: a full cell is left out, and a mute one is not chosen, not even when all are mute', async () => {
    const story = await Story.begin({ cells: { west: { hosts: ['h1:lake'] }, east: { hosts: ['h2:hill'] } } });
    await story.order([1, 2, 3, 4, 5, 6, 7, 8], { zone: 'lake' });
    await story.until(() => story.count('active') === 8);
    await story.order([9], { zone: 'lake' });
    expect(story.server(9)?.fault?.details).toMatch(/fits 0 of small/);
    story.world.do({ does: 'cut link', link: 'api!east', seconds: 60 });
    await story.world.runFor(20);
    await story.order([10], { zone: 'hill' });
    expect(story.server(10)).toMatchObject({ vmState: 'error', nextHop: null });
    expect(story.server(10)?.fault?.details).toMatch(/silent for \d+ s/);
    expect(await story.end()).toEqual([]);
  });

  it('F4: what fails in one cell is tried in the next, at every level, and the trail says why', async () => {
    const story = await Story.begin({
      cells: { west: { cells: { a: { hosts: ['h1'] }, b: { hosts: ['h2'] } } }, east: { hosts: ['h3'] } },
    });
    await story.occupy('h1', 'h2');
    story.world.root.database.children.put('west', { ...story.world.root.database.children.get('west')!, weightOffset: 5 });
    await story.order([1]);
    await story.until(() => story.server(1)?.vmState === 'active');
    expect(story.server(1)).toMatchObject({ cellPath: 'api!east', host: 'h3' });
    expect(story.server(1)?.placement.trail.map(({ cell, filter }) => `${cell} ${filter}`)).toEqual(
      expect.arrayContaining(['api!west!a Spawn', 'api!west!b Spawn']),
    );
    story.vacate('h1', 'h2');
    expect(await story.end()).toEqual([]);
  });

  it('F5: a cell that cannot be reached is no success: its build is taken back, and made in the next cell, once', async () => {
    const story = await Story.begin(TWO);
    story.world.users.create([1]);
    await story.world.runFor(0.02);
    const first = story.server(1)!.nextHop!;
    story.world.do({ does: 'cut link', link: `api!${first}`, seconds: 60 });
    await story.until(() => story.server(1)?.vmState === 'active', 40);
    expect(story.server(1)?.nextHop).not.toBe(first);
    expect(await story.end()).toEqual([]);
    expect(Object.values(story.guests()).sort()).toEqual([0, 1]);
  });

  it('F6: one request for many servers is split over cells', async () => {
    const story = await Story.begin(TWO);
    await story.order([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    await story.until(() => story.count('active') === 12);
    expect(await story.end()).toEqual([]);
    expect(story.guests()).toEqual({ h1: 6, h2: 6 });
  });

  it('F7: an offset outweighs any difference in room, now and after any number of requests', async () => {
    const story = await Story.begin({ cells: { west: { hosts: ['h1'] }, east: { hosts: ['h2', 'h3', 'h4'] } } });
    await story.order([1, 2, 3]);
    await story.until(() => story.count('active') === 3);
    const west = story.world.root.database.children.get('west')!;
    story.world.root.database.children.put('west', { ...west, weightOffset: 1.5 });
    const before = story.world.root.database.instances.all().filter(row => row.nextHop === 'west').length;
    for (let server = 4; server <= 6; server += 1) await story.order([server]);
    await story.until(() => story.count('active') === 6);
    expect(story.world.root.database.instances.all().filter(row => row.nextHop === 'west').length).toBe(before + 3);
    expect(await story.end()).toEqual([]);
  });

  it('F8: a restart forgets neither capacity nor what was promised', async () => {
    const story = await Story.begin(TWO);
    // All that fits in one of them is promised, and its report does not say so yet.
    const west = story.world.root.database.children.get('west')!;
    story.world.root.database.children.put('west', { ...west, weightOffset: 2 });
    await story.order([1, 2, 3, 4, 5, 6, 7, 8]);
    story.world.do({ does: 'kill process', cell: 'api', index: 0, seconds: 0.2 });
    await story.world.runFor(0.25);
    await story.order([9, 10, 11, 12, 13, 14]);
    await story.until(() => story.count('active') === 14);
    expect(story.told('build.rejected')).toEqual([]);
    expect(await story.end()).toEqual([]);
  });
});
