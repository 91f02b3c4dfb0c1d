import { describe, expect, it } from 'vitest';
import type { BuildSpec } from '#contracts';
import { Story } from './regress/story.fixture.js';

/* Hosts that an administrator names or forces: there or nowhere, and never more than fits. Each story in calm weather. */

const TWO_LEVELS = { cells: { west: { cells: { a: { hosts: ['a1', 'a2'] } } }, east: { hosts: ['e1'] } } };
const WEST = 'api!west!a@a1';
const FORCED: Partial<BuildSpec> = { onHosts: [WEST], forced: true };
const NAMED: Partial<BuildSpec> = { onHosts: [WEST] };

/** Where the server is, or why it is nowhere. */
const outcomeOf = async (story: Story, server: number, change: Partial<BuildSpec>, seconds = 30): Promise<string> => {
  story.world.users.create([server], {}, change);
  const isOver = () => ['active', 'error'].includes(story.server(server)?.vmState ?? '');
  await story.until(isOver, seconds);
  const { vmState, cellPath, host, fault } = story.server(server)!;
  return vmState === 'active' ? `${cellPath}@${host}` : (fault?.message ?? vmState);
};

const takenOn = (story: Story, host: string) => story.world.cell('api!west!a').database.hosts.get(host)?.claims;

describe('a host that an administrator asks for', () => {
  it('that is full is not filled further, and nothing is left behind', async () => {
    const story = await Story.begin(TWO_LEVELS);
    for (let server = 1; server <= 8; server++) expect(await outcomeOf(story, server, FORCED)).toBe(WEST);
    for (const [server, wish] of [FORCED, NAMED].entries())
      expect(await outcomeOf(story, 11 + server, wish)).toContain(
        'No valid host was found. RamFilter of api!west!a left none of 1 hosts (0 MB free, 1024 MB wanted)',
      );
    expect([takenOn(story, 'a1'), takenOn(story, 'a2')]).toEqual([8, 0]);
    expect(await story.end()).toEqual([]);
  });

  it('that is down gets nothing, and nobody else does instead', async () => {
    const story = await Story.begin(TWO_LEVELS);
    story.world.do({ does: 'kill agent', host: 'a1', seconds: 300 });
    await story.world.runFor(60);
    for (const [server, wish] of [FORCED, NAMED].entries())
      expect(await outcomeOf(story, server + 1, wish)).toContain('ComputeFilter of api!west!a left none of 1 hosts (down');
    expect([takenOn(story, 'a1'), takenOn(story, 'a2')]).toEqual([0, 0]);
    expect(await story.end()).toEqual([]);
  });

  it('that no cell has is a clear fault, at the top or in the cell that should have it', async () => {
    const story = await Story.begin(TWO_LEVELS);
    for (const [index, place] of ['api!north@n1', 'api!west!z@a1', 'api!west!a@a9'].entries()) {
      const message = await outcomeOf(story, index + 1, { onHosts: [place], forced: true });
      expect(message).toMatch(/^No valid host was found\. (CellSameHost of api(!west)? left none|api!west!a has no hosts)/);
    }
    expect(await story.end()).toEqual([]);
  });

  it('in a cell that drains takes what is forced, and not what is named; out of quota or disabled, neither', async () => {
    const story = await Story.begin(TWO_LEVELS);
    const steer = async (changes: object, isSo: () => boolean) => {
      void story.world.operators.steer('api!west', changes);
      await story.until(isSo);
    };
    const west = () => story.world.root.database.children.get('west')!;
    await steer({ draining: 100 }, () => west().draining === 100);
    expect(await outcomeOf(story, 1, NAMED)).toContain('CellDraining of api');
    expect(await outcomeOf(story, 2, FORCED)).toBe(WEST);
    await steer({ draining: 0, quota: { instances: 1, cores: null, ramMb: null } }, () => west().draining === 0);
    for (const [index, wish] of [FORCED, NAMED].entries()) expect(await outcomeOf(story, 3 + index, wish)).toContain('CellQuota of api');
    await steer({ enabled: false }, () => !west().enabled);
    for (const [index, wish] of [FORCED, NAMED].entries()) expect(await outcomeOf(story, 5 + index, wish)).toContain('CellEnabled of api');
    expect(await story.end()).toEqual([]);
  });

  it('is forced against a hint and the rule of its group, for its first build alone', async () => {
    const story = await Story.begin(TWO_LEVELS);
    const group = { uuid: '00000000-0000-4000-8000-00000000009a', policy: 'anti-affinity' as const, maxServerPerHost: 1 };
    expect(await outcomeOf(story, 1, { ...NAMED, group })).toBe(WEST);
    expect(await outcomeOf(story, 2, { ...NAMED, group })).toContain('ServerGroupAntiAffinityFilter of api!west!a');
    expect(await outcomeOf(story, 3, { ...FORCED, group, differentHost: [WEST] })).toBe(WEST);
    story.world.do({ does: 'move', server: 3, flavor: null });
    await story.until(() => story.server(3)?.vmState === 'resized');
    expect(story.server(3)?.host).toBe('a2');
    expect(await story.end()).toEqual([]);
  });
});
