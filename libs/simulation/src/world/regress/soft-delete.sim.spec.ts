import { describe, expect, it } from 'vitest';
import { order, settles, throughMisfortunes, withServer } from './server-story.fixture.js';
import type { Story } from './story.fixture.js';

/* Servers that are deleted so that they can be restored, through the whole tree. They can be for 20 seconds here. */

const instancesInUse = ({ world }: Story): number | undefined => world.root.database.quotaUsages.get('project')?.instances;

describe('a soft deletion', () => {
  it('gives the quota back, and is reclaimed in its time; the quota is not given back twice', async () => {
    const story = await withServer();
    order(story, 'softDelete');
    await settles(story, 'soft-delete');
    expect([instancesInUse(story), story.guests().h1! + story.guests().h2!]).toEqual([0, 1]);
    await settles(story, 'deleted');
    expect(await story.end()).toEqual([]);
    expect([instancesInUse(story), story.guests()]).toEqual([0, { h1: 0, h2: 0 }]);
  });

  it('is taken back with the quota, and the server stays', async () => {
    const story = await withServer();
    order(story, 'softDelete');
    await settles(story, 'soft-delete');
    // The quota is taken with the order, before the cell hears of it.
    story.world.do({ does: 'cut link', link: 'api!west', seconds: 3 });
    order(story, 'restore');
    await story.world.runFor(1);
    expect([story.server(1)?.vmState, story.server(1)?.taskState, instancesInUse(story)]).toEqual(['soft-delete', 'restoring', 1]);
    await settles(story, 'active');
    await story.world.runFor(40);
    expect(await story.end()).toEqual([]);
    expect([story.server(1)?.vmState, instancesInUse(story)]).toEqual(['active', 1]);
  });

  it('is not taken back without quota for it', async () => {
    const story = await withServer();
    order(story, 'softDelete');
    await settles(story, 'soft-delete');
    Object.assign(story.world.users.limits, { instances: 0 });
    order(story, 'restore');
    await story.world.runFor(1);
    expect(story.world.trace.join()).toContain('Quota exceeded for instances: Requested 1, but already used 0 of 0 instances');
    expect([story.server(1)?.vmState, instancesInUse(story)]).toEqual(['soft-delete', 0]);
  });

  it('of a server that waits to be confirmed confirms it', async () => {
    const story = await withServer();
    story.world.do({ does: 'move', server: 1, flavor: 'medium' });
    await settles(story, 'resized');
    order(story, 'softDelete');
    await settles(story, 'soft-delete');
    expect(story.world.root.database.moves.all().map(({ move }) => move.status)).toEqual(['confirmed']);
    order(story, 'restore');
    await settles(story, 'active');
    expect(await story.end()).toEqual([]);
    expect(story.world.root.database.quotaUsages.get('project')).toMatchObject({ instances: 1, cores: 2 });
  });

  it('and its end keep every promise while processes die, links are cut and hosts are lost', async () => {
    const turns = ['softDelete', 'restore', 'rebootHard', 'softDelete', 'restore', 'softDelete', 'restore'] as const;
    for (let seed = 1; seed <= 12; seed += 1) {
      const deletion = () => ({ does: 'delete', server: 1 + (seed % 3) }) as const;
      expect([seed, ...(await throughMisfortunes(seed, turns, [deletion]))]).toEqual([seed]);
    }
  });
});
