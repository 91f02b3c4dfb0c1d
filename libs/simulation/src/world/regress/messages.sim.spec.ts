import { describe, expect } from 'vitest';
import { SendsOnlyOnce, UNMENDED } from '../broken-builds.fixture.js';
import type { Layout } from '../tree.js';
import {
  knowingNoDeadline,
  LeasesToAll,
  listingWhoAnswers,
  passingReportsOn,
  storing,
  waitingInMemory,
} from './broken-messages.fixture.js';
import { scenario } from './scenario.fixture.js';
import { Story } from './story.fixture.js';

/* What cells v1 did wrong when its cells talked: docs/regressions-of-cells-v1.md has the list. */

const TWO = { cells: { west: { hosts: ['h1'] }, east: { hosts: ['h2'] } } };

describe('messages', () => {
  scenario(
    'F15: what was committed is sent, whoever dies before sending it',
    { 'a process that sends once or never': { by: () => ({ ...UNMENDED, ...storing(SendsOnlyOnce) }), says: 'it is not so after 60 s' } },
    async by => {
      const story = await Story.begin(TWO, { diesCommitting: 0.1, publishLost: 0.2, processes: 2 }, 1, by);
      for (let server = 1; server <= 8; server += 1) await story.order([server]);
      const { accepted } = story.world.users;
      const areActive = () => [...accepted].every(uuid => story.world.root.database.instances.get(uuid)?.vmState === 'active');
      await story.until(areActive, 60);
      expect(accepted.size).toBeGreaterThan(4);
      // Where something was lost, the server is made all the same, for it is taken back and ordered again.
      expect(story.told('instance.recall')).toEqual([]);
      expect(await story.end()).toEqual([]);
    },
  );

  scenario(
    'F15: an order that is too old is not begun',
    { 'a cell that begins it whenever it comes': { by: () => knowingNoDeadline, says: 'begun too late' } },
    async by => {
      const story = await Story.begin({ cells: { west: { hosts: ['h1'] } } }, {}, 1, by);
      story.world.do({ does: 'cut link', link: 'api!west', seconds: 30 });
      await story.order([1]);
      expect(story.server(1)?.nextHop).toBe('west');
      await story.world.runFor(60);
      expect(story.server(1)?.vmState).toBe('error');
      expect(story.world.cell('api!west').database.hosts.get('h1')?.generation, 'begun too late').toBe(0);
      expect(await story.end()).toEqual([]);
      expect(story.guests()).toEqual({ h1: 0 });
    },
  );

  scenario(
    'F15: a question ends by its deadline, with an error that names who did not answer',
    { 'a process that waits for ever': { by: () => ({ waitsForEver: true }), says: 'how it ended' } },
    async by => {
      const story = await Story.begin(TWO, {}, 1, by);
      await story.order([1]);
      await story.until(() => story.server(1)?.vmState === 'active');
      story.world.do({ does: 'cut link', link: story.server(1)!.cellPath!, seconds: 60 });
      const asked = story.world.timeline.now();
      let ended = { how: 'not at all', at: asked };
      const end = (how: unknown) => {
        ended = { how: String(how), at: story.world.timeline.now() };
      };
      const [root] = story.world.root.processes;
      void root!.query('console.output', { instanceUuid: story.world.users.uuidOf(1), lines: null }, 5).then(end, end);
      await story.world.runFor(6);
      expect(ended.how, 'how it ended').toContain(`${story.server(1)!.cellPath}`);
      expect(ended.at - asked).toBeLessThan(5500);
    },
  );

  scenario(
    'F16: while a cell is dead all servers and hosts are listed, with its own as they were last known',
    { 'a root that lists what answers': { by: () => listingWhoAnswers, says: 'all listed' } },
    async by => {
      const story = await Story.begin(TWO, {}, 1, by);
      await story.order([1, 2, 3, 4]);
      await story.until(() => story.count('active') === 4);
      story.world.do({ does: 'kill process', cell: 'api!west', index: 0, seconds: 120 });
      story.world.do({ does: 'cut link', link: 'api!west', seconds: 120 });
      await story.world.runFor(60);
      const hosts = story.world.root.database.instances.all().map(row => row.host);
      expect(hosts.sort(), 'all listed').toEqual(['h1', 'h1', 'h2', 'h2']);
      expect(story.count('active')).toBe(4);
      expect(story.world.root.database.hostMirrors.keys().sort()).toEqual(['api!east@h2', 'api!west@h1']);
      expect(await story.end()).toEqual([]);
    },
  );

  scenario(
    'F17: the root hears as much from two children, whatever lies below them and however many processes report',
    {
      'a cell that passes on what it is told': { by: () => passingReportsOn, says: 'of ten leaves' },
      'a cell each process of which reports': { by: () => storing(LeasesToAll), says: 'of three processes' },
    },
    async by => {
      const quiet = async (layout: Layout, processes: number): Promise<number> => {
        const story = await Story.begin(layout, { processes }, 1, by);
        const before = story.told('capacity.report', 'api').length;
        await story.world.runFor(30);
        return story.told('capacity.report', 'api').length - before;
      };
      const cellWith = (leaves: string): Layout => ({
        cells: Object.fromEntries([...leaves].map(name => [name, { hosts: [`h${name}`] }])),
      });
      const flat = await quiet(TWO, 1);
      const deep = await quiet({ cells: { west: cellWith('abcde'), east: cellWith('fghij') } }, 1);
      expect(deep, 'of ten leaves').toBeLessThan(flat * 1.5);
      const several = await quiet(TWO, 3);
      expect(several, 'of three processes').toBeLessThan(flat * 1.5);
      expect(flat).toBeGreaterThan(5);
    },
  );

  scenario(
    'F18: the processes of a cell share its work, and what one had in hand another takes up',
    { 'a process that waits in its memory': { by: () => waitingInMemory, says: 'it is not so after 60 s' } },
    async by => {
      const story = await Story.begin(TWO, { processes: 2, slowTransaction: 0.5 }, 1, by);
      await story.order([1, 2, 3, 4]);
      await story.until(() => story.world.users.accepted.size === 4);
      for (const cell of ['api', 'api!west', 'api!east']) story.world.do({ does: 'kill process', cell, index: 0, seconds: 600 });
      expect(await story.until(() => story.count('active') === 4, 60)).toBeLessThan(60);
      void story.world.users.readConsole(1);
      await story.world.runFor(2);
      expect(story.world.users.open.size).toBe(0);
      expect(await story.end()).toEqual([]);
    },
  );

  scenario(
    'F18: what a host answers is taken up by whichever process is there, though another asked',
    { 'a process that waits in its memory': { by: () => waitingInMemory, says: 'it is not so after 30 s' } },
    async by => {
      const story = await Story.begin(TWO, { processes: 2 }, 1, by);
      const kill = (index: number, seconds: number) => {
        for (const cell of ['api!west', 'api!east']) story.world.do({ does: 'kill process', cell, index, seconds });
      };
      kill(1, 2);
      for (const host of ['h1', 'h2']) story.world.do({ does: 'kill agent', host, seconds: 6 });
      await story.order([1, 2, 3, 4]);
      await story.world.runFor(4);
      expect(story.count('building')).toBe(4);
      kill(0, 600);
      expect(await story.until(() => story.count('active') === 4)).toBeLessThan(12);
      expect(await story.end()).toEqual([]);
    },
  );
});
