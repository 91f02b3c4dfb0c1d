import { describe, expect, it } from 'vitest';
import { settles, withServer } from './server-story.fixture.js';
import type { Story } from './story.fixture.js';

/* Moves of servers among the hosts of a cell, through the whole tree. */

const moved = async (story: Story, flavor: string | null): Promise<string> => {
  const former = story.server(1)!.host!;
  story.world.do({ does: 'move', server: 1, flavor });
  await story.until(() => story.server(1)?.vmState === 'resized');
  expect(story.server(1)!.host).not.toBe(former);
  return former;
};
const ended = async (story: Story, action: 'confirm' | 'revert'): Promise<void> => {
  story.world.do({ does: 'end move', server: 1, action });
  await settles(story, 'active');
};
const limited = async (story: Story, cell: string): Promise<void> => {
  story.world.do({ does: 'limit cell', cell, instances: null, cores: 2 });
  await story.world.runFor(2);
};

describe('moves', () => {
  it('a resize that is confirmed leaves the server on the other host, with the new flavor in every cell', async () => {
    const story = await withServer();
    await moved(story, 'large');
    await ended(story, 'confirm');
    const uuid = story.world.users.uuidOf(1);
    const flavors = [...story.world.cells.values()].map(cell => cell.database.requestSpecs.get(uuid)?.spec.flavor.name);
    expect(new Set(flavors)).toEqual(new Set(['large']));
    expect(story.world.root.database.moves.all().map(({ move }) => move.status)).toEqual(['confirmed']);
    expect(await story.end()).toEqual([]);
  });

  it('a resize that is reverted leaves the server where and as it was', async () => {
    const story = await withServer();
    const former = await moved(story, 'large');
    await ended(story, 'revert');
    expect(story.server(1)!.host).toBe(former);
    expect(story.world.root.database.moves.all().map(({ move }) => move.status)).toEqual(['reverted']);
    expect(await story.end()).toEqual([]);
  });

  it('a server that was migrated there and back is on the host that it came from', async () => {
    const story = await withServer();
    const former = await moved(story, null);
    await ended(story, 'confirm');
    await moved(story, null);
    await ended(story, 'confirm');
    expect(story.server(1)!.host).toBe(former);
    expect(await story.end()).toEqual([]);
  });

  it('a server that waits to be confirmed can be deleted, and nothing of it is left on either host', async () => {
    const story = await withServer();
    await moved(story, 'medium');
    story.world.do({ does: 'delete', server: 1 });
    await story.until(() => story.server(1)?.vmState === 'deleted');
    expect(await story.end()).toEqual([]);
    expect(story.guests()).toEqual({ h1: 0, h2: 0 });
  });
});

describe('a resize that a cell’s quota has no room for', () => {
  it('is refused at once where the root keeps the quota', async () => {
    const story = await withServer();
    await limited(story, 'api!west');
    story.world.do({ does: 'move', server: 1, flavor: 'large' });
    await story.world.runFor(5);
    expect(story.world.trace.join()).toContain('quota of west: 1 of 2 cores, 4 wanted');
    expect(story.server(1)).toMatchObject({ vmState: 'active', taskState: null, move: null });
    await moved(story, 'medium');
    expect(story.world.root.database.children.get('west')?.used.cores).toBe(2);
    await ended(story, 'revert');
    expect(story.world.root.database.children.get('west')?.used.cores).toBe(1);
    expect(await story.end()).toEqual([]);
  });

  it('comes back from further down with the reason in its log, and takes nothing', async () => {
    const story = await withServer();
    await limited(story, 'api!west!a');
    story.world.do({ does: 'move', server: 1, flavor: 'large' });
    await story.until(() => story.server(1)?.move?.status === 'error');
    expect(story.server(1)).toMatchObject({ vmState: 'active', taskState: null });
    const told = story.world.root.database.actionEvents.filter(({ event }) => event === 'conductor_migrate_server');
    expect(told).toMatchObject([{ result: 'Error', details: 'quota of a: 1 of 2 cores, 4 wanted: needs 3 more' }]);
    expect(story.world.root.database.quotaUsages.get('project')).toMatchObject({ instances: 1, cores: 1 });
    expect(await story.end()).toEqual([]);
  });
});
