import { describe, expect, it } from 'vitest';
import { TIMINGS } from '../timings.js';
import type { Layout } from '../tree.js';
import { order, settles, throughMisfortunes, withServer } from './server-story.fixture.js';
import type { Story } from './story.fixture.js';

/* Servers that are kept as images for a while, through the whole tree. */

const ONE_HOST: Layout = { cells: { west: { cells: { a: { hosts: ['h1'] } } } } };

const shelved = async (story: Story): Promise<void> => {
  order(story, 'shelve');
  await settles(story, 'shelved_offloaded');
};
const total = (story: Story): number => Object.values(story.guests()).reduce((sum, count) => sum + count, 0);

describe('shelving', () => {
  it('takes a server off its host and gives the room to others; brought back it runs, and its image is gone', async () => {
    const story = await withServer(ONE_HOST, { flavor: 'large' });
    await shelved(story);
    expect([total(story), story.server(1)?.host, story.world.images.size]).toEqual([0, null, 1]);
    const host = story.world.cell('api!west!a').database.hosts.get('h1');
    expect([host?.claims, host?.used.vcpus]).toEqual([0, 0]);
    order(story, 'unshelve');
    await settles(story, 'active');
    expect(await story.end()).toEqual([]);
    expect([total(story), story.server(1)?.host, story.world.images.size]).toEqual([1, 'h1', 0]);
  });

  it('a server that finds no room when it is brought back stays as it was, and is brought back when there is room', async () => {
    const story = await withServer(ONE_HOST, { flavor: 'large' });
    await shelved(story);
    // Until those above have heard of the room.
    await story.world.runFor(8);
    await story.order([2], { flavor: 'large' });
    await settles(story, 'active', { server: 2 });
    order(story, 'unshelve');
    await settles(story, 'shelved_offloaded');
    expect(story.world.images.size).toBe(1);
    story.world.do({ does: 'delete', server: 2 });
    await story.until(() => story.server(2)?.vmState === 'deleted');
    order(story, 'unshelve');
    await settles(story, 'active');
    expect(await story.end()).toEqual([]);
  });

  it('from a host that has died meanwhile goes on elsewhere; the old host removes its guest when it is back', async () => {
    const story = await withServer();
    const former = story.server(1)!.host!;
    order(story, 'shelve');
    await story.until(() => story.server(1)?.vmState === 'shelved');
    story.world.do({ does: 'kill agent', host: former, seconds: 60 });
    await settles(story, 'shelved_offloaded');
    order(story, 'unshelve');
    await settles(story, 'active', { seconds: 60 });
    expect(story.server(1)?.host).not.toBe(former);
    expect(await story.end()).toEqual([]);
    expect(total(story)).toBe(1);
  });

  it('keeps the image when the order comes again, too late, to a host that was started anew', async () => {
    const story = await withServer(ONE_HOST);
    const { sky } = story.world;
    sky.weather = { ...sky.weather, ackLost: 1 };
    order(story, 'shelve');
    await story.until(() => story.server(1)?.vmState === 'shelved');
    story.world.do({ does: 'kill agent', host: 'h1', seconds: 2 * TIMINGS.command });
    sky.weather = { ...sky.weather, ackLost: 0 };
    await settles(story, 'shelved_offloaded');
    await story.until(() => story.world.host('h1').isAlive, 3 * TIMINGS.command);
    expect(await story.end()).toEqual([]);
    expect(story.world.images.size).toBe(1);
  });

  it('a server is deleted while it is brought back, and nothing of it is left', async () => {
    const story = await withServer();
    await shelved(story);
    order(story, 'unshelve');
    await story.until(() => story.server(1)?.taskState === 'spawning');
    story.world.do({ does: 'delete', server: 1 });
    await story.until(() => story.server(1)?.vmState === 'deleted');
    expect(await story.end()).toEqual([]);
    expect(total(story)).toBe(0);
  });

  it('keeps every promise while processes die, links are cut and hosts are lost', async () => {
    const turns = ['shelve', 'unshelve', 'shelve', 'shelveOffload', 'unshelve', 'shelve'] as const;
    for (let seed = 1; seed <= 12; seed += 1) expect([seed, ...(await throughMisfortunes(seed, turns))]).toEqual([seed]);
  });
});
