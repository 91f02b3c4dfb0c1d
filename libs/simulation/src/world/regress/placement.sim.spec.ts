import { describe, expect } from 'vitest';
import { forgettingReservations } from '../broken-builds.fixture.js';
import {
  countingMemoryOnly,
  endingWhatFailed,
  forgettingAtStart,
  keepingToOneCell,
  notAsking,
  RecallsNothing,
  rememberingRanges,
  stretchingOffsets,
} from './broken-placement.fixture.js';
import { scenario } from './scenario.fixture.js';
import { Story } from './story.fixture.js';

/* What cells v1 did wrong when it placed servers: docs/regressions-of-cells-v1.md has the list. */

const TWO = { cells: { west: { hosts: ['h1'] }, east: { hosts: ['h2'] } } };
const UNEQUAL = { cells: { west: { hosts: ['h1'] }, east: { hosts: ['h2', 'h3', 'h4'] } } };
/** After so long the reports count what was built, and nothing is reserved for it. */
const REPORTED_SECONDS = 10;
/** The cell was promised what it had no room for. */
const GAVE_BACK = 'builds that came back';

const weigh = ({ world: { root } }: Story, child: string, weightOffset: number): void =>
  root.database.children.put(child, { ...root.database.children.get(child)!, weightOffset });

const countIn = ({ world: { root } }: Story, child: string): number =>
  root.database.instances.all().filter(row => row.nextHop === child).length;

describe('placement', () => {
  scenario(
    'F1: a burst between two reports spreads, and sends no cell more than fits there',
    { 'a scheduler that goes by the reports alone': { by: () => forgettingReservations, says: GAVE_BACK } },
    async by => {
      const story = await Story.begin(TWO, {}, 1, by);
      // One of the two has reported a little less room than the other: whoever goes by that sends all to the other.
      await story.order([1]);
      await story.until(() => story.count('active') === 1);
      await story.world.runFor(REPORTED_SECONDS);
      for (let server = 2; server <= 14; server += 1) await story.order([server]);
      await story.until(() => story.count('active') === 14);
      expect(story.told('build.rejected'), GAVE_BACK).toEqual([]);
      expect(await story.end()).toEqual([]);
      expect(story.guests()).toEqual({ h1: 7, h2: 7 });
    },
  );

  scenario(
    'F2: room is counted host by host and in all dimensions at once, so what no single host holds is not promised',
    { 'cells that add up the memory of their hosts': { by: countingMemoryOnly, says: GAVE_BACK } },
    async by => {
      // Each host has 8 cores and 8 GB: by memory four would fit, by the sum of the cores three; by host it is two.
      const story = await Story.begin({ cells: { west: { hosts: ['h1', 'h2'] } } }, {}, 1, by);
      await story.order([1, 2, 3], { flavor: 'large' });
      await story.until(() => story.count('active') === 2 && story.count('error') === 1);
      expect(story.told('build.rejected'), GAVE_BACK).toEqual([]);
      await story.world.runFor(REPORTED_SECONDS);
      // What is left holds three small ones on each host.
      await story.order([4, 5, 6, 7, 8, 9]);
      await story.order([10]);
      await story.until(() => story.count('active') === 8 && story.count('error') === 2);
      expect(story.told('build.rejected'), GAVE_BACK).toEqual([]);
      expect(await story.end()).toEqual([]);
    },
  );

  scenario(
    'F2: what was promised to hosts with a trait holds back those alone that could go there',
    { 'a scheduler that goes by the reports alone': { by: () => forgettingReservations, says: GAVE_BACK } },
    async by => {
      // `fast` needs the trait and fits eight times, `roomy` forbids it and fits twice.
      const story = await Story.begin({ cells: { west: { hosts: ['h1', { name: 'h2', traits: ['CUSTOM_SSD'] }] } } }, {}, 1, by);
      await story.order([1, 2, 3, 4, 5, 6, 7, 8], { flavor: 'fast' });
      await story.order([9, 10], { flavor: 'roomy' });
      await story.order([11], { flavor: 'fast' });
      await story.order([12], { flavor: 'roomy' });
      await story.until(() => story.count('active') === 10 && story.count('error') === 2);
      expect(story.told('build.rejected'), GAVE_BACK).toEqual([]);
      expect(await story.end()).toEqual([]);
      expect(story.guests()).toEqual({ h1: 2, h2: 8 });
    },
  );

  scenario(
    'F2: a slot of one flavor is not sold again as slots of another before the next report',
    { 'a scheduler that goes by the reports alone': { by: () => forgettingReservations, says: GAVE_BACK } },
    async by => {
      // Eight cores: a large server takes five, so three small ones are left, whatever the report said of each by itself.
      const story = await Story.begin({ cells: { west: { hosts: ['h1'] } } }, {}, 1, by);
      await story.order([1], { flavor: 'large' });
      await story.order([2, 3, 4, 5]);
      await story.until(() => story.count('active') === 4);
      expect(story.told('build.rejected'), GAVE_BACK).toEqual([]);
      expect(story.count('error')).toBe(1);
      expect(await story.end()).toEqual([]);
    },
  );

  scenario(
    'F3: a full cell is left out, and a mute one is not chosen, not even when all are mute',
    {
      'a scheduler that leaves no full cell out': { by: () => notAsking('CellCapacity'), says: 'sent to the full cell' },
      'a scheduler that leaves no mute cell out': { by: () => notAsking('CellNotMute'), says: 'sent to a mute cell' },
    },
    async by => {
      const story = await Story.begin({ cells: { west: { hosts: ['h1:lake'] }, east: { hosts: ['h2:hill'] } } }, {}, 1, by);
      await story.order([1, 2, 3, 4, 5, 6, 7, 8], { zone: 'lake' });
      await story.until(() => story.count('active') === 8);
      await story.order([9], { zone: 'lake' });
      expect(story.server(9), 'sent to the full cell').toMatchObject({ vmState: 'error', nextHop: null });
      expect(story.server(9)?.fault?.details).toMatch(/fits 0 of small/);
      for (const link of ['api!west', 'api!east']) story.world.do({ does: 'cut link', link, seconds: 60 });
      await story.world.runFor(20);
      await story.order([10], { zone: 'hill' });
      expect(story.server(10), 'sent to a mute cell').toMatchObject({ vmState: 'error', nextHop: null });
      for (const child of ['west', 'east']) expect(story.server(10)?.fault?.details).toMatch(new RegExp(`${child}[^,]+silent for \\d+ s`));
      expect(await story.end()).toEqual([]);
    },
  );

  scenario(
    'F4: what fails in one cell is tried in the next, at every level, and the trail says why',
    {
      'a root to which what fails below is over': { by: () => endingWhatFailed('api'), says: 'it is not so after 30 s' },
      'a cell between to which what fails below is over': { by: () => endingWhatFailed('api!west'), says: 'it is not so after 30 s' },
    },
    async by => {
      const layout = { cells: { west: { cells: { a: { hosts: ['h1'] }, b: { hosts: ['h2'] } } }, east: { hosts: ['h3'] } } };
      const story = await Story.begin(layout, {}, 1, by);
      await story.occupy('h1', 'h2');
      weigh(story, 'west', 5);
      await story.order([1]);
      await story.until(() => story.server(1)?.vmState === 'active');
      expect(story.server(1)).toMatchObject({ cellPath: 'api!east', host: 'h3' });
      expect(story.server(1)?.placement.trail.map(({ cell, filter }) => `${cell} ${filter}`)).toEqual(
        expect.arrayContaining(['api!west!a Spawn', 'api!west!b Spawn']),
      );
      story.vacate('h1', 'h2');
      expect(await story.end()).toEqual([]);
    },
  );

  scenario(
    'F5: a cell that cannot be reached is no success: its build is taken back, and made in the next cell, once',
    {
      'a cell to which what was sent is built': {
        by: () => ({ makeStore: parts => new RecallsNothing(parts) }),
        says: 'it is not so after 40 s',
      },
    },
    async by => {
      const story = await Story.begin(TWO, {}, 1, by);
      story.world.users.create([1]);
      await story.world.runFor(0.02);
      const first = story.server(1)!.nextHop!;
      story.world.do({ does: 'cut link', link: `api!${first}`, seconds: 60 });
      await story.until(() => story.server(1)?.vmState === 'active', 40);
      expect(story.server(1)?.nextHop).not.toBe(first);
      expect(await story.end()).toEqual([]);
      expect(Object.values(story.guests()).sort()).toEqual([0, 1]);
    },
  );

  scenario(
    'F6: one request for many servers is split over cells',
    { 'a scheduler that sends all to one cell': { by: keepingToOneCell, says: 'it is not so after 30 s' } },
    async by => {
      const story = await Story.begin(TWO, {}, 1, by);
      await story.order([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
      await story.until(() => story.count('active') === 12);
      expect(await story.end()).toEqual([]);
      expect(story.guests()).toEqual({ h1: 6, h2: 6 });
    },
  );

  scenario(
    'F7: an offset outweighs any difference in room that is smaller',
    { 'a scheduler that stretches offsets as it does the rest': { by: stretchingOffsets, says: 'where the offset is' } },
    async by => {
      const story = await Story.begin(UNEQUAL, {}, 1, by);
      await story.order([1, 2, 3]);
      await story.until(() => story.count('active') === 3);
      weigh(story, 'west', 1.5);
      const before = countIn(story, 'west');
      for (let server = 4; server <= 8; server += 1) await story.order([server]);
      await story.until(() => story.count('active') === 8);
      expect(countIn(story, 'west'), 'where the offset is').toBe(before + 5);
      expect(await story.end()).toEqual([]);
    },
  );

  scenario(
    'F7: an offset outweighs no difference in room that is greater, whatever was asked for before',
    { 'a scheduler that remembers the greatest room it saw': { by: rememberingRanges, says: 'where the room is' } },
    async by => {
      const story = await Story.begin(UNEQUAL, {}, 1, by);
      weigh(story, 'west', 0.5);
      for (const server of [1, 2, 3]) await story.order([server]);
      await story.until(() => story.count('active') === 3);
      await story.world.runFor(REPORTED_SECONDS);
      await story.order([4], { flavor: 'large' });
      await story.until(() => story.count('active') === 4);
      expect(story.server(4)?.nextHop, 'where the room is').toBe('east');
      expect(await story.end()).toEqual([]);
    },
  );

  scenario(
    'F8: a restart forgets neither capacity nor what was promised',
    {
      'a process that has the reports in its memory': {
        by: () => forgettingAtStart({ reports: true, promises: false }),
        says: 'it is not so after 30 s',
      },
      'a process that has its promises in its memory': {
        by: () => forgettingAtStart({ reports: false, promises: true }),
        says: GAVE_BACK,
      },
    },
    async by => {
      const story = await Story.begin(TWO, {}, 1, by);
      // All that fits in one of them is promised, and its report does not say so yet.
      weigh(story, 'west', 2);
      await story.order([1, 2, 3, 4, 5, 6, 7, 8]);
      story.world.do({ does: 'kill process', cell: 'api', index: 0, seconds: 0.2 });
      await story.world.runFor(0.25);
      await story.order([9, 10, 11, 12, 13, 14]);
      await story.until(() => story.count('active') === 14);
      expect(story.told('build.rejected'), GAVE_BACK).toEqual([]);
      expect(await story.end()).toEqual([]);
    },
  );
});
