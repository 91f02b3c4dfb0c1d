import { describe, expect, it } from 'vitest';
import { order, settles, withServer } from './regress/server-story.fixture.js';
import { Story } from './regress/story.fixture.js';
import type { HostLayout, Layout } from './tree.js';

/* What flavors ask of hosts, through the whole tree. The hosts that will do are made the fuller ones: by room alone others would be chosen. */

const withSsd = (name: string): HostLayout => ({ name, traits: ['CUSTOM_SSD'] });
const cellWith = (...hosts: HostLayout[]): Layout => ({ cells: { west: { cells: { a: { hosts } } } } });
const MIXED = cellWith('h1', withSsd('h2'), 'h3', withSsd('h4'));

/** Server 1 is active, in a cell where whatever else runs is on the hosts with the trait. */
const begin = async (flavor: string, layout = MIXED): Promise<Story> => {
  const story = await Story.begin(layout);
  await story.order([2, 3, 4, 5], { flavor: 'fast' });
  await story.until(() => story.count('active') === 4);
  // Until those above have heard what room is left.
  await story.world.runFor(8);
  await story.order([1], { flavor });
  await settles(story, 'active');
  return story;
};
const hostOf = (story: Story): string | null | undefined => story.server(1)?.host;

/** How a server gets from its host to another. */
const MOVES: Readonly<Record<string, (story: Story) => Promise<void>>> = {
  'migrated cold': async story => {
    story.world.do({ does: 'move', server: 1, flavor: null });
    await settles(story, 'resized', { seconds: 60 });
    story.world.do({ does: 'end move', server: 1, action: 'confirm' });
    await settles(story, 'active');
  },
  'migrated live': async story => {
    const former = hostOf(story);
    story.world.do({ does: 'migrate live', server: 1 });
    await story.until(() => hostOf(story) !== former, 90);
    await settles(story, 'active');
  },
  evacuated: async story => {
    const former = hostOf(story)!;
    story.world.do({ does: 'force host down', host: former, seconds: 200 });
    await story.world.runFor(10);
    story.world.do({ does: 'evacuate', server: 1 });
    await story.until(() => hostOf(story) !== former, 60);
    await settles(story, 'active');
  },
};

describe('a server whose flavor requires a trait', () => {
  it('is built where that is, and one whose flavor forbids it where it is not, however full', async () => {
    const story = await begin('roomy');
    expect(story.guests()).toMatchObject({ h2: 2, h4: 2 });
    expect(['h1', 'h3']).toContain(hostOf(story));
    expect(await story.end()).toEqual([]);
  });

  it('is in error, and says why, where no host has it', async () => {
    const story = await Story.begin(MIXED);
    await story.order([1], { flavor: 'picky' });
    await settles(story, 'error');
    expect(story.server(1)?.fault?.message).toContain('No valid host was found');
    expect(await story.end()).toEqual([]);
  });

  it.each(Object.keys(MOVES))('is %s to another host that has it', async move => {
    const story = await begin('fast');
    const former = hostOf(story);
    await MOVES[move]!(story);
    expect(['h2', 'h4'].filter(host => host !== former)).toEqual([hostOf(story)]);
    expect(await story.end()).toEqual([]);
  });

  it('stays where it is when no other host of its cell has it', async () => {
    const story = await begin('fast', cellWith('h1', withSsd('h2'), 'h3'));
    story.world.do({ does: 'migrate live', server: 1 });
    await story.until(() => story.server(1)?.move?.status === 'error');
    expect(story.server(1)).toMatchObject({ host: 'h2', vmState: 'active', taskState: null });
    expect(await story.end()).toEqual([]);
  });

  it('is brought back there when it was shelved', async () => {
    const story = await begin('fast');
    order(story, 'shelve');
    await settles(story, 'shelved_offloaded');
    order(story, 'unshelve');
    await settles(story, 'active');
    expect(['h2', 'h4']).toContain(hostOf(story));
    expect(await story.end()).toEqual([]);
  });
});

describe('a server that is resized to a flavor that requires a trait', () => {
  it('goes where that is, and back when it is reverted', async () => {
    const story = await begin('small');
    const former = hostOf(story);
    story.world.do({ does: 'move', server: 1, flavor: 'fast' });
    await settles(story, 'resized', { seconds: 60 });
    expect(['h2', 'h4']).toContain(hostOf(story));
    story.world.do({ does: 'end move', server: 1, action: 'revert' });
    await settles(story, 'active');
    expect(hostOf(story)).toBe(former);
    expect(await story.end()).toEqual([]);
  });

  it('keeps its flavor and its host where no host has it', async () => {
    const story = await withServer();
    const former = hostOf(story);
    story.world.do({ does: 'move', server: 1, flavor: 'fast' });
    await story.until(() => story.server(1)?.move?.status === 'error');
    expect(story.server(1)).toMatchObject({ host: former, vmState: 'active', taskState: null });
    expect(await story.end()).toEqual([]);
  });
});
