import type { GuestActionName } from '#domain';
import type { Deed } from '../plan.js';
import type { Layout } from '../tree.js';
import { Story } from './story.fixture.js';

/* Stories about what becomes of one server, which can be on either of two hosts. */

export const TWO_HOSTS: Layout = { cells: { west: { cells: { a: { hosts: ['h1', 'h2'] } } } } };

/** A story that begins with server 1 active. */
export const withServer = async (layout: Layout = TWO_HOSTS, order: Parameters<Story['order']>[1] = {}): Promise<Story> => {
  const story = await Story.begin(layout);
  await story.order([1], order);
  await story.until(() => story.server(1)?.vmState === 'active');
  return story;
};

export const order = (story: Story, action: GuestActionName, server = 1): void => story.world.do({ does: 'power', server, action });

/** Lets the world go on until the server is in this state, and nothing is being done with it. */
export const settles = async (story: Story, vmState: string, { server = 1, seconds = 30 } = {}): Promise<void> => {
  await story.until(() => story.server(server)?.vmState === vmState && story.server(server)?.taskState === null, seconds);
};

/** What else may go wrong between two turns. */
export type Misfortune = (turn: number) => Deed;

const MISFORTUNES: readonly Misfortune[] = [
  turn => ({ does: 'kill process', cell: 'api!west!a', index: turn % 2, seconds: 1 }),
  () => ({ does: 'cut link', link: 'api!west!a', seconds: 5 }),
  turn => ({ does: 'kill agent', host: turn % 2 ? 'h1' : 'h2', seconds: 8 }),
];

/**
 * Orders one action after the other of three servers, while a process dies, a link is cut, a host is lost, or nothing, between them.
 * @returns the promises that are broken when all is mended.
 */
export const throughMisfortunes = async (
  seed: number,
  actions: readonly GuestActionName[],
  more: readonly Misfortune[] = [],
): Promise<string[]> => {
  const story = await Story.begin(TWO_HOSTS, { processes: 2 }, seed);
  const misfortunes = [...MISFORTUNES, ...more];
  await story.order([1, 2, 3]);
  for (const [turn, action] of actions.entries()) {
    await story.world.runFor(2 + ((seed * 7 + turn * 3) % 5));
    for (const server of [1, 2, 3]) order(story, action, server);
    await story.world.runFor(((seed + turn) % 10) / 10);
    const misfortune = misfortunes[(seed + turn) % (misfortunes.length + 1)];
    if (misfortune) story.world.do(misfortune(turn));
  }
  return story.end();
};
