import { beforeEach, describe, expect, it } from 'vitest';
import type { BuildSpec, ServerGroup } from '#contracts';
import { OWN_HOSTS } from '#scheduling';
import { Story } from './story.fixture.js';

/* A cell with hosts of its own and cells below it chooses among both at once. Each host has room for four servers. */

const MIXED = { cells: { east: { hosts: ['e1', 'e2'], cells: { c: { hosts: ['c1', 'c2'] } } } } };
const EAST = 'api!east';

let story: Story;
let servers = 0;
beforeEach(async () => {
  story = await Story.begin(MIXED);
  servers = 0;
});

/** The places of so many more servers, once they are there. */
const placed = async (count: number, change: Partial<BuildSpec> = {}): Promise<string[]> => {
  const numbers = Array.from({ length: count }, () => ++servers);
  story.world.users.create(numbers, { flavor: 'medium' }, change);
  await story.until(() => numbers.every(number => ['active', 'error'].includes(story.server(number)?.vmState ?? '')));
  return numbers.map(number => {
    const { vmState, cellPath, host } = story.server(number)!;
    return vmState === 'active' ? `${cellPath}@${host}` : vmState;
  });
};
const group = (policy: ServerGroup['policy']): Partial<BuildSpec> => ({
  group: { uuid: '00000000-0000-4000-8000-0000000000aa', policy, maxServerPerHost: 1 },
});
const own = (places: readonly string[]) => places.filter(place => place.startsWith(`${EAST}@`)).length;
const steer = (change: { weightOffset: number }) => {
  const { children } = story.world.cell(EAST).database;
  children.put('c', { ...children.get('c')!, ...change });
};
const decisionsOf = (server: number) =>
  story.world
    .cell(EAST)
    .database.decisions.filter(({ instanceUuid }) => instanceUuid === story.world.users.uuidOf(server))
    .map(({ decision }) => [decision.among, decision.chosen]);

describe('a cell with hosts and children', () => {
  it('spreads over both by the room that they have', async () => {
    const places = await placed(12);
    expect(own(places)).toBe(6);
    expect(await story.end()).toEqual([]);
  });

  it('weighs a child against its own hosts as it weighs children, and tells both choices', async () => {
    steer({ weightOffset: 2 });
    expect(own(await placed(3))).toBe(0);
    steer({ weightOffset: -2 });
    expect(own(await placed(3))).toBe(3);
    expect(decisionsOf(1)).toEqual([['cells', 'c']]);
    expect(decisionsOf(4)).toEqual([
      ['cells', OWN_HOSTS],
      ['hosts', expect.stringMatching(/^e[12]$/)],
    ]);
    expect(await story.end()).toEqual([]);
  });

  it('goes on with its own hosts when the child gives a server back', async () => {
    steer({ weightOffset: 2 });
    await story.occupy('c1', 'c2');
    expect(own(await placed(1))).toBe(1);
    expect(decisionsOf(1).map(([, chosen]) => chosen)).toEqual(['c', OWN_HOSTS, expect.any(String)]);
    story.vacate('c1', 'c2');
    expect(await story.end()).toEqual([]);
  });

  it('goes on with the child when its own hosts fail', async () => {
    steer({ weightOffset: -2 });
    await story.occupy('e1', 'e2');
    expect(await placed(1)).toEqual([expect.stringMatching(/^api!east!c@/)]);
    story.vacate('e1', 'e2');
    expect(await story.end()).toEqual([]);
  });

  it('fills all that it has, and says of both why no more fits', async () => {
    story = await Story.begin({ cells: { east: { hosts: ['e1'], cells: { c: { hosts: ['c1'] } } } } });
    expect(own(await placed(8))).toBe(4);
    expect(await placed(1)).toEqual(['error']);
    const trail = story.server(servers)!.placement.trail.flatMap(({ rejected }) => Object.keys(rejected));
    expect(trail).toContain('east');
    expect(await story.end()).toEqual([]);
  });
});

describe('a server group in a cell with hosts and children', () => {
  it('with affinity stays on the host of its first member, on either side', async () => {
    for (const weightOffset of [2, -2]) {
      story = await Story.begin(MIXED);
      servers = 0;
      steer({ weightOffset });
      const first = await placed(1, group('affinity'));
      // The other side is preferred now: the group goes nowhere for that.
      steer({ weightOffset: -weightOffset });
      const more = await placed(3, group('affinity'));
      expect(new Set([...first, ...more]).size).toBe(1);
      expect(own(first)).toBe(weightOffset > 0 ? 0 : 1);
      expect(await story.end()).toEqual([]);
    }
  });

  it('with affinity fails when its host is full, though there is room on the other side', async () => {
    steer({ weightOffset: -2 });
    const [first] = await placed(1, group('affinity'));
    const rest = await placed(4, group('affinity'));
    expect(rest.filter(place => place === first)).toHaveLength(3);
    expect(rest.filter(place => place === 'error')).toHaveLength(1);
    expect(await story.end()).toEqual([]);
  });

  it('with soft affinity stays together while there is room, and goes on elsewhere', async () => {
    const places = await placed(6, group('soft-affinity'));
    expect([0, 6]).toContain(own(places));
    expect(places).not.toContain('error');
    // The next report counts them.
    await story.world.runFor(5);
    const more = await placed(6, group('soft-affinity'));
    expect(more).not.toContain('error');
    expect([own([...places, ...more]), own(places)]).toEqual(own(places) === 0 ? [4, 0] : [8, 6]);
    expect(await story.end()).toEqual([]);
  });

  it('with anti-affinity has a host each of both sides, and fails only when there is none left', async () => {
    const places = await placed(4, group('anti-affinity'));
    expect(new Set(places).size).toBe(4);
    expect(places).not.toContain('error');
    expect(await placed(1, group('anti-affinity'))).toEqual(['error']);
    expect(await story.end()).toEqual([]);
  });

  it('with soft anti-affinity is half on each side', async () => {
    expect(own(await placed(6, group('soft-anti-affinity')))).toBe(3);
    expect(await story.end()).toEqual([]);
  });
});
