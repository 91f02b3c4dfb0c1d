import { describe, expect } from 'vitest';
import { seeingNoDrain, takingAllForEnabled, without } from '../broken-builds.fixture.js';
import { FLAVORS } from '../flavors.js';
import { buildingNothingAtTheTop, takingHostsForEnabled } from './broken-placement.fixture.js';
import { scenario } from './scenario.fixture.js';
import { Story } from './story.fixture.js';

/* What cells v1 lacked: docs/regressions-of-cells-v1.md has the list. */

const TWO = { cells: { west: { hosts: ['h1'] }, east: { hosts: ['h2'] } } };

const ON_TWO = { cells: { west: { hosts: ['h1', 'h2'] } } };

describe('features', () => {
  scenario(
    'F21: what the top owns is known in every cell seconds after it changed, and in a cell that is new',
    { 'a root that tells nobody': { by: () => without('globals.update'), says: 'it is not so after 30 s' } },
    async by => {
      const story = await Story.begin({ cells: { west: { cells: { a: { hosts: ['h1'] } } } } }, {}, 1, by);
      const { database } = story.world.root;
      story.world.cell('api!west!a').database.globals = { version: 0, items: [] };
      story.world.do({ does: 'kill process', cell: 'api!west!a', index: 0, seconds: 0.2 });
      const version = database.globals.version + 1;
      const body = { ...FLAVORS[0]!, flavorId: 'new', name: 'new', vcpus: 3 };
      database.globals = { version, items: [...database.globals.items, { kind: 'flavor', id: 'new', version, body }] };
      const known = () => [...story.world.cells.values()].every(cell => cell.database.globals.version === version);
      expect(await story.until(known)).toBeLessThan(12);
      expect(story.world.cell('api!west!a').database.globals.items.length).toBe(FLAVORS.length + 1);
      expect(await story.end()).toEqual([]);
    },
  );

  scenario(
    'F22: a root with hosts of its own builds with the same code as a cell far below',
    { 'a root that builds nothing itself': { by: () => buildingNothingAtTheTop, says: 'it is not so after 30 s' } },
    async by => {
      const story = await Story.begin({ hosts: ['h0'], cells: { west: { hosts: ['h1'] } } }, {}, 1, by);
      await story.order([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
      await story.until(() => story.count('active') === 10);
      expect(await story.end()).toEqual([]);
      expect(Object.values(story.guests()).every(count => count > 0)).toBe(true);
    },
  );

  scenario(
    'F24: a cell that is disabled gets nothing new, keeps what it has, and gets more when it is enabled again',
    { 'a scheduler that looks for nothing disabled': { by: () => takingAllForEnabled, says: 'in the disabled cell' } },
    async by => {
      const story = await Story.begin(TWO, {}, 1, by);
      const inWest = () => story.world.root.database.instances.all().filter(row => row.host === 'h1').length;
      await story.order([1, 2]);
      await story.until(() => story.count('active') === 2);
      story.world.do({ does: 'disable cell', cell: 'api!west', seconds: 20 });
      await story.world.runFor(1);
      await story.order([3, 4, 5, 6]);
      await story.until(() => story.count('active') === 6);
      expect(inWest(), 'in the disabled cell').toBe(1);
      await story.world.runFor(25);
      await story.order([7, 8]);
      await story.until(() => story.count('active') === 8);
      expect(inWest()).toBeGreaterThan(1);
      expect(await story.end()).toEqual([]);
    },
  );

  scenario(
    'F24: a host that is disabled gets nothing new, keeps what it has, and gets more when it is enabled again',
    { 'a scheduler that looks for no disabled hosts': { by: () => takingHostsForEnabled, says: 'on the disabled host' } },
    async by => {
      const story = await Story.begin(ON_TWO, {}, 1, by);
      await story.order([1, 2]);
      await story.until(() => story.count('active') === 2);
      story.world.do({ does: 'disable host', host: 'h2', seconds: 20 });
      await story.world.runFor(5);
      await story.order([3, 4, 5, 6]);
      await story.until(() => story.count('active') === 6);
      await story.world.runFor(1);
      expect(story.guests(), 'on the disabled host').toEqual({ h1: 5, h2: 1 });
      await story.world.runFor(20);
      await story.order([7]);
      await story.until(() => story.server(7)?.vmState === 'active');
      expect(story.server(7)?.host).toBe('h2');
      expect(await story.end()).toEqual([]);
    },
  );

  scenario(
    'F24: a cell that is drained gets nothing new, one that drains in part less than its share, and all of it when that is called off',
    { 'a scheduler that looks for no draining cells': { by: () => seeingNoDrain, says: 'in the draining cell' } },
    async by => {
      const story = await Story.begin(TWO, {}, 1, by);
      const west = () => story.world.root.database.children.get('west')!;
      const inWest = () => story.world.root.database.instances.all().filter(row => row.nextHop === 'west').length;
      const drain = async (draining: number) => {
        void story.world.operators.steer('api!west', { draining });
        await story.until(() => west().draining === draining);
      };
      await story.order([1, 2]);
      await story.until(() => story.count('active') === 2);
      await drain(100);
      expect(west()).toMatchObject({ drainFrom: 1 });
      await story.order([3, 4]);
      await story.until(() => story.count('active') === 4);
      expect(inWest(), 'in the draining cell').toBe(1);

      await drain(75);
      await story.world.runFor(20);
      await story.order([5, 6, 7, 8]);
      await story.until(() => story.count('active') === 8);
      expect(inWest()).toBeLessThan(4);

      await drain(0);
      expect(west()).toMatchObject({ drainFrom: null });
      await story.world.runFor(20);
      await story.order([9, 10, 11, 12, 13, 14]);
      await story.until(() => story.count('active') === 14);
      expect(inWest()).toBeGreaterThan(4);
      expect(await story.end()).toEqual([]);
    },
  );

  scenario(
    'F24: the top sees every cell below it, how it stands, and how old that is',
    { 'a cell that tells of itself only': { by: () => without('cell.status'), says: 'cells seen' } },
    async by => {
      const story = await Story.begin({ cells: { west: { cells: { a: { hosts: ['h1'] }, b: { hosts: ['h2'] } } } } }, {}, 1, by);
      const paths = ['api', 'api!west', 'api!west!a', 'api!west!b'];
      await story.world.runFor(5);
      expect(
        (await story.tree('api')).map(({ path, health }) => [path, health]),
        'cells seen',
      ).toEqual(paths.map(path => [path, 'up']));
      void story.world.operators.steer('api!west!b', { draining: 100 });
      story.world.do({ does: 'cut link', link: 'api!west!a', seconds: 60 });
      await story.world.runFor(30);
      const [, , a, b] = await story.tree('api');
      expect([a, b]).toMatchObject([{ health: 'mute' }, { health: 'draining', draining: 100 }]);
      expect(a!.ageSeconds).toBeGreaterThan(20);
      expect(b!.ageSeconds).toBeLessThan(20);
      expect(await story.end()).toEqual([]);
    },
  );
});
