import { describe, expect, it } from 'vitest';
import { FLAVORS } from '../users.js';
import { Story } from './story.fixture.js';

/* What cells v1 lacked: docs/regressions-of-cells-v1.md has the list. */

const TWO = { cells: { west: { hosts: ['h1'] }, east: { hosts: ['h2'] } } };

describe('features', () => {
  it('F21: what the top owns is known in every cell seconds after it changed, and in a cell that is new', async () => {
    const story = await Story.begin({ cells: { west: { cells: { a: { hosts: ['h1'] } } } } });
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
  });

  it('F22: a root with hosts of its own builds with the same code as a cell far below', async () => {
    const story = await Story.begin({ hosts: ['h0'], cells: { west: { hosts: ['h1'] } } });
    await story.order([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    await story.until(() => story.count('active') === 10);
    expect(await story.end()).toEqual([]);
    expect(Object.values(story.guests()).every(count => count > 0)).toBe(true);
  });

  it('F24: a cell or host that is disabled gets nothing new, keeps what it has, and gets more when it is enabled again', async () => {
    const story = await Story.begin(TWO);
    await story.order([1, 2]);
    await story.until(() => story.count('active') === 2);
    story.world.do({ does: 'disable cell', cell: 'api!west', seconds: 30 });
    await story.world.runFor(1);
    await story.order([3, 4, 5, 6]);
    await story.until(() => story.count('active') === 6);
    expect(story.world.root.database.instances.all().filter(row => row.host === 'h1').length).toBe(1);
    story.world.do({ does: 'disable host', host: 'h2', seconds: 20 });
    await story.world.runFor(10);
    await story.order([7]);
    expect(story.server(7)?.vmState).toBe('error');
    await story.world.runFor(25);
    await story.order([8]);
    await story.until(() => story.server(8)?.vmState === 'active');
    expect(await story.end()).toEqual([]);
  });

  it('F24: a cell that is drained gets nothing new, one that drains in part less than its share, and all of it when that is called off', async () => {
    const story = await Story.begin(TWO);
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
    expect(inWest()).toBe(1);

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
  });
});
