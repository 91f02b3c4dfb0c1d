import { describe, expect, it } from 'vitest';
import { MAX_HOPS } from '#contracts';
import type { Layout } from '../tree.js';
import { Story } from './story.fixture.js';

/* What cells v1 did wrong when its cells talked: docs/regressions-of-cells-v1.md has the list. */

const TWO = { cells: { west: { hosts: ['h1'] }, east: { hosts: ['h2'] } } };

describe('messages', () => {
  it('F15: what was committed is sent, whoever dies before sending it; and an order that is too old is not begun', async () => {
    const story = await Story.begin(TWO, { diesCommitting: 0.1, publishLost: 0.2, processes: 2 });
    for (let server = 1; server <= 8; server += 1) await story.order([server]);
    expect(await story.end()).toEqual([]);

    const late = await Story.begin({ cells: { west: { hosts: ['h1'] } } });
    late.world.do({ does: 'cut link', link: 'api!west', seconds: 30 });
    await late.order([1]);
    expect(late.server(1)?.nextHop).toBe('west');
    await late.world.runFor(60);
    expect(late.server(1)?.vmState).toBe('error');
    expect(await late.end()).toEqual([]);
    expect(late.world.trace.join()).not.toContain('guest.spawn');
    expect(late.guests()).toEqual({ h1: 0 });
  });

  it('F15: a question ends by its deadline, with an error that names who did not answer', async () => {
    const story = await Story.begin(TWO);
    await story.order([1]);
    await story.until(() => story.server(1)?.vmState === 'active');
    story.world.do({ does: 'cut link', link: story.server(1)!.cellPath!, seconds: 60 });
    const asked = story.world.timeline.now();
    const [root] = story.world.root.processes;
    const answer = root!.query('console.output', { instanceUuid: story.world.users.uuidOf(1), lines: null }, 5).catch(String);
    await story.world.runFor(6);
    expect(await answer).toContain(`${story.server(1)!.cellPath}`);
    expect(story.world.timeline.now() - asked).toBeLessThan(7000);
  });

  it('F16: while a cell is dead all servers are listed, with its own as they were last known', async () => {
    const story = await Story.begin(TWO);
    await story.order([1, 2, 3, 4]);
    await story.until(() => story.count('active') === 4);
    story.world.do({ does: 'kill process', cell: 'api!west', index: 0, seconds: 120 });
    story.world.do({ does: 'cut link', link: 'api!west', seconds: 120 });
    await story.world.runFor(60);
    expect(story.count('active')).toBe(4);
    expect(
      story.world.root.database.instances
        .all()
        .map(row => row.host)
        .sort(),
    ).toEqual(['h1', 'h1', 'h2', 'h2']);
    expect(await story.end()).toEqual([]);
  });

  it('F17: the root hears as much from two children, whatever lies below them and however many processes report', async () => {
    const quiet = async (layout: Layout, processes: number): Promise<number> => {
      const story = await Story.begin(layout, { processes });
      const before = story.told('capacity.report', 'api').length;
      await story.world.runFor(60);
      return story.told('capacity.report', 'api').length - before;
    };
    const cellWith = (leaves: string): Layout => ({ cells: Object.fromEntries([...leaves].map(name => [name, { hosts: [`h${name}`] }])) });
    const flat = await quiet(TWO, 1);
    const deep = await quiet({ cells: { west: cellWith('abcde'), east: cellWith('fghij') } }, 1);
    const several = await quiet(TWO, 3);
    expect(deep).toBeLessThan(flat * 1.5);
    expect(several).toBeLessThan(flat * 1.5);
    expect(flat).toBeGreaterThan(10);
  });

  it('F18: the processes of a cell share its work, and what one had in hand another takes up', async () => {
    const story = await Story.begin(TWO, { processes: 2, slowTransaction: 0.5 });
    await story.order([1, 2, 3, 4]);
    await story.until(() => story.world.users.accepted.size === 4);
    for (const cell of ['api', 'api!west', 'api!east']) story.world.do({ does: 'kill process', cell, index: 0, seconds: 600 });
    expect(await story.until(() => story.count('active') === 4, 60)).toBeLessThan(60);
    void story.world.users.readConsole(1);
    await story.world.runFor(2);
    expect(story.world.users.open.size).toBe(0);
    expect(await story.end()).toEqual([]);
  });

  it('F18: what a host answers is taken up by whichever process is there, though another asked', async () => {
    const story = await Story.begin(TWO, { processes: 2 });
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
  });

  it('F19: a question that went too far is answered with an error, and a message that did is parked where an operator sees it', async () => {
    const story = await Story.begin(TWO);
    const [west] = story.world.cell('api!west').processes;
    const asked = {
      ...story.told('capacity.report')[0]!,
      method: 'console.output',
      hops: MAX_HOPS + 1,
      payload: { instanceUuid: story.world.users.uuidOf(1), lines: null },
    };
    await expect(west!.answer(asked)).rejects.toThrow(`passed more than ${MAX_HOPS} cells`);
    const command = { ...asked, method: 'instance.recall', payload: { instanceUuid: story.world.users.uuidOf(1), epoch: 1 } };
    story.world.broker.deliver('down to api!west', JSON.stringify({ id: 'far', envelopes: [command] }));
    await story.world.runFor(1);
    expect(story.world.cell('api!west').database.parked.map(({ reason }) => reason)).toEqual([`it passed more than ${MAX_HOPS} cells`]);
  });

  it('F20: a message of a protocol that is not spoken here is parked with the reason, and the rest goes on', async () => {
    const story = await Story.begin(TWO);
    const speaks = { oldest: 98, newest: 99 };
    const sample = { ...story.told('capacity.report')[0]!, method: 'host.mirror', payload: { hosts: [] }, protocol: 99, speaks };
    story.world.broker.deliver('to api', JSON.stringify({ id: 'new', envelopes: [sample] }));
    await story.order([1]);
    await story.until(() => story.count('active') === 1);
    expect(story.world.root.database.parked.map(({ reason }) => reason)).toEqual([expect.stringContaining('speaks protocol 98 to 99')]);
  });
});
