import { describe, expect, it } from 'vitest';
import type { GuestActionName } from '#domain';
import { Story } from './story.fixture.js';

/* Servers that are deleted so that they can be restored, through the whole tree. They can be for 20 seconds here. */

const TWO_HOSTS = { cells: { west: { cells: { a: { hosts: ['h1', 'h2'] } } } } };

const withServer = async (): Promise<Story> => {
  const story = await Story.begin(TWO_HOSTS);
  await story.order([1]);
  await story.until(() => story.server(1)?.vmState === 'active');
  return story;
};
const order = (story: Story, action: GuestActionName, server = 1): void => story.world.do({ does: 'power', server, action });
const is =
  (story: Story, vmState: string, server = 1) =>
  (): boolean =>
    story.server(server)?.vmState === vmState && story.server(server)?.taskState === null;
const instancesInUse = ({ world }: Story): number | undefined => world.root.database.quotaUsages.get('project')?.instances;

describe('a soft deletion', () => {
  it('gives the quota back, and is reclaimed in its time; the quota is not given back twice', async () => {
    const story = await withServer();
    order(story, 'softDelete');
    await story.until(is(story, 'soft-delete'));
    expect([instancesInUse(story), story.guests().h1! + story.guests().h2!]).toEqual([0, 1]);
    await story.until(is(story, 'deleted'));
    expect(await story.end()).toEqual([]);
    expect([instancesInUse(story), story.guests()]).toEqual([0, { h1: 0, h2: 0 }]);
  });

  it('is taken back with the quota, and the server stays', async () => {
    const story = await withServer();
    order(story, 'softDelete');
    await story.until(is(story, 'soft-delete'));
    // The quota is taken with the order, before the cell hears of it.
    story.world.do({ does: 'cut link', link: 'api!west', seconds: 3 });
    order(story, 'restore');
    await story.world.runFor(1);
    expect([story.server(1)?.vmState, story.server(1)?.taskState, instancesInUse(story)]).toEqual(['soft-delete', 'restoring', 1]);
    await story.until(is(story, 'active'));
    await story.world.runFor(40);
    expect(await story.end()).toEqual([]);
    expect([story.server(1)?.vmState, instancesInUse(story)]).toEqual(['active', 1]);
  });

  it('is not taken back without quota for it', async () => {
    const story = await withServer();
    order(story, 'softDelete');
    await story.until(is(story, 'soft-delete'));
    Object.assign(story.world.users.limits, { instances: 0 });
    order(story, 'restore');
    await story.world.runFor(1);
    expect(story.world.trace.join()).toContain('Quota exceeded for instances: Requested 1, but already used 0 of 0 instances');
    expect([story.server(1)?.vmState, instancesInUse(story)]).toEqual(['soft-delete', 0]);
  });

  it('of a server that waits to be confirmed confirms it', async () => {
    const story = await withServer();
    story.world.do({ does: 'move', server: 1, flavor: 'medium' });
    await story.until(is(story, 'resized'));
    order(story, 'softDelete');
    await story.until(is(story, 'soft-delete'));
    expect(story.world.root.database.moves.all().map(({ move }) => move.status)).toEqual(['confirmed']);
    order(story, 'restore');
    await story.until(is(story, 'active'));
    expect(await story.end()).toEqual([]);
    expect(story.world.root.database.quotaUsages.get('project')).toMatchObject({ instances: 1, cores: 2 });
  });

  it('and its end keep every promise while processes die, links are cut and hosts are lost', async () => {
    for (let seed = 1; seed <= 12; seed += 1) {
      const story = await Story.begin(TWO_HOSTS, { processes: 2 }, seed);
      await story.order([1, 2, 3]);
      const turns: readonly GuestActionName[] = ['softDelete', 'restore', 'rebootHard', 'softDelete', 'restore', 'softDelete', 'restore'];
      for (const [turn, action] of turns.entries()) {
        await story.world.runFor(2 + ((seed * 7 + turn * 3) % 5));
        for (const server of [1, 2, 3]) order(story, action, server);
        await story.world.runFor(((seed + turn) % 10) / 10);
        const disaster = (seed + turn) % 5;
        if (disaster === 0) story.world.do({ does: 'kill process', cell: 'api!west!a', index: turn % 2, seconds: 1 });
        if (disaster === 1) story.world.do({ does: 'cut link', link: 'api!west!a', seconds: 5 });
        if (disaster === 2) story.world.do({ does: 'kill agent', host: turn % 2 ? 'h1' : 'h2', seconds: 8 });
        if (disaster === 3) story.world.do({ does: 'delete', server: 1 + (seed % 3) });
      }
      expect([seed, ...(await story.end())]).toEqual([seed]);
    }
  });
});
