import { describe, expect, it } from 'vitest';
import type { Frame } from '#contracts';
import { drawPlan } from '../draw-plan.js';
import { play } from '../play.js';
import { Story } from './story.fixture.js';

/* What cells v1 did wrong when it kept the cells in step: docs/regressions-of-cells-v1.md has the list. */

const LINE = { cells: { west: { cells: { a: { hosts: ['h1'] } } } } };

describe('what the cells know of a server', () => {
  it('F9: an old state that arrives late, or twice, changes nothing and brings nothing back', async () => {
    const story = await Story.begin(LINE);
    await story.order([1]);
    await story.until(() => story.server(1)?.vmState === 'active');
    const old = story.frames.find(frame => frame.envelopes.some(one => one.method === 'instance.state' && one.target === 'api'))!;
    const before = story.server(1);
    await again(story, old, 'late-1');
    expect(story.server(1)).toEqual(before);
    void story.world.users.delete(1);
    await story.until(() => story.server(1)?.vmState === 'deleted');
    await again(story, old, 'late-2');
    expect(story.server(1)?.vmState).toBe('deleted');
    expect(await story.end()).toEqual([]);
  });

  it('F10: what nobody told is found whenever it happened, with no limit of age', async () => {
    const story = await Story.begin(LINE);
    await story.order([1]);
    await story.until(() => story.server(1)?.vmState === 'active');
    story.world.do({ does: 'kill agent', host: 'h1', seconds: 600 });
    await story.world.runFor(1);
    story.world.do({ does: 'stop guest', host: 'h1', index: 0 });
    await story.world.runFor(590);
    expect(story.server(1)?.vmState).toBe('active');
    await story.until(() => story.server(1)?.vmState === 'stopped', 60);
    expect(await story.end()).toEqual([]);
  });

  it('F11: a change is told upwards once, and nobody tells it back', async () => {
    const story = await Story.begin(LINE);
    await story.order([1]);
    await story.until(() => story.server(1)?.vmState === 'active');
    await story.world.runFor(5);
    const told = story.told('instance.state').length;
    await story.world.runFor(120);
    expect(story.told('instance.state').length).toBe(told);
    expect(await story.end()).toEqual([]);
  });

  it('F12: a deletion ends deleted everywhere, once, with the quota returned, wherever it meets the order', async () => {
    for (let at = 0; at < 1200; at += at < 120 ? 10 : 120) {
      const plan = drawPlan(at, { layout: LINE, weather: { reordered: true, slowMessage: 0.2 }, seconds: 3 });
      const creation = { at: 0, does: 'create', servers: [1], flavor: 'small', zone: null, unlucky: false } as const;
      const { world, violations } = await play({ ...plan, acts: [creation, { at, does: 'delete', server: 1 }] });
      expect(violations, `deleted after ${at} ms`).toEqual([]);
      const uuid = world.users.uuidOf(1);
      expect(world.root.database.instances.get(uuid)?.vmState ?? 'deleted').toBe(world.users.deleted.has(uuid) ? 'deleted' : 'active');
    }
  });

  it('F12: a deletion that overtakes its order leaves a tombstone where it arrives, and the order then starts nothing', async () => {
    const story = await Story.begin(LINE);
    story.world.do({ does: 'cut link', link: 'api!west', seconds: 2 });
    const instanceUuid = story.world.users.uuidOf(1);
    const [template] = story.told('capacity.report', 'api');
    const deletion = {
      ...template!,
      id: 'overtaking',
      method: 'instance.delete',
      source: 'api',
      target: 'api!west',
      deadline: Number.MAX_SAFE_INTEGER,
      payload: { instanceUuid, epoch: 1, requestId: 'req-delete' },
    };
    story.world.users.triedToDelete.add(instanceUuid);
    story.world.broker.deliver('down to api!west', JSON.stringify({ id: 'overtaking', envelopes: [deletion] }));
    await story.order([1]);
    await story.until(() => story.server(1)?.vmState === 'deleted');
    await story.world.runFor(20);
    expect(story.told('instance.retell')).toEqual([]);
    expect(story.told('instance.build', 'api!west')).toHaveLength(1);
    expect(story.told('instance.build', 'api!west!a')).toEqual([]);
    expect(story.world.cell('api!west').database.instances.get(instanceUuid)?.deletedAt).not.toBeNull();
    expect(story.world.root.database.quotaUsages.all().map(usage => usage.instances)).toEqual([0]);
    expect(await story.end()).toEqual([]);
  });

  it('F13: an order that comes twice is one instance with one claim and one guest', async () => {
    const story = await Story.begin(LINE);
    await story.order([1]);
    await story.until(() => story.server(1)?.vmState === 'active');
    const orders = story.frames.filter(frame => frame.envelopes.some(one => one.method === 'instance.build'));
    for (const [index, frame] of orders.entries()) {
      const queue = `down to ${frame.envelopes[0]!.target}`;
      await again(story, frame, `twice-${index}`, queue);
    }
    await story.world.runFor(10);
    expect(await story.end()).toEqual([]);
    expect(story.world.cell('api!west!a').database.hosts.get('h1')).toMatchObject({ claims: 1 });
    expect(story.guests()).toEqual({ h1: 1 });
  });
});

/** The same content in another frame, so that no inbox knows it. */
const again = async (story: Story, frame: Frame, id: string, queue = 'to api'): Promise<void> => {
  story.world.broker.deliver(queue, JSON.stringify({ ...frame, id }));
  await story.world.runFor(2);
};
