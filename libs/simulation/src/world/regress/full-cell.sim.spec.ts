import { describe, expect } from 'vitest';
import type { CellPayload } from '#contracts';
import { changing, seeing } from '../broken-builds.fixture.js';
import type { Deed } from '../plan.js';
import type { Tampering } from '../surroundings.js';
import { keepingToOneCell } from './broken-placement.fixture.js';
import { scenario } from './scenario.fixture.js';
import { order, settles } from './server-story.fixture.js';
import { Story } from './story.fixture.js';

/*
 * A server stays in its cell. A move that would need another one ends with a fault that says so, and leaves everything as it was:
 * docs/regressions-of-cells-v1.md, F25.
 */

const FOUR = { cells: { west: { hosts: ['h1', 'h2'] }, east: { hosts: ['h3', 'h4'] } } };
/** So many servers of flavor `medium` fill two hosts. */
const ROOM = 8;
const NO_ROOM = /^No valid host was found\. .+ of api!west left none .+\. Servers are moved inside their cell only\.$/;

let story: Story;

const steerEast = async (enabled: boolean): Promise<void> => {
  void story.world.operators.steer('api!east', { enabled });
  await story.until(() => story.world.root.database.children.get('east')?.enabled === enabled);
};
const fillWest = async (servers: readonly number[]): Promise<void> => {
  await steerEast(false);
  await story.order(servers, { flavor: 'medium' });
  await story.until(() => servers.every(server => story.server(server)?.vmState === 'active'));
  await steerEast(true);
};

/** What must be as before. */
const standing = () => {
  const { root } = story.world;
  const uuid = story.world.users.uuidOf(1);
  const { vmState, taskState, host, cellPath } = story.server(1)!;
  const west = story.world.cell('api!west').database;
  return {
    server: { vmState, taskState, host, cellPath, flavor: root.database.requestSpecs.get(uuid)?.spec.flavor.name },
    quota: root.database.quotaUsages.get('project'),
    room: ['h1', 'h2'].map(name => [west.hosts.get(name)?.claims, west.hosts.get(name)?.used]),
    guests: story.guests(),
  };
};

/** @returns what the action log says of it */
const failed = async (deed: Deed, event: string): Promise<string | null | undefined> => {
  const failures = () => story.world.root.database.actionEvents.filter(one => one.event === event && one.result === 'Error');
  const before = failures().length;
  story.world.do(deed);
  await story.until(() => failures().length > before, 15);
  return failures().at(-1)?.details;
};

const moveStatuses = () => story.world.root.database.moves.all().map(({ move }) => [move.type, move.status]);

/** West is full, with server 1 among others; east has all its room. */
const begin = async (by: Tampering): Promise<void> => {
  story = await Story.begin(FOUR, {}, 1, by);
  await fillWest(Array.from({ length: ROOM }, (_, index) => index + 1));
};

const tellingNoEvents = changing('instance.state', (told: CellPayload<'instance.state'>) => ({
  payload: { ...told, report: { ...told.report, events: [] } },
}));

const keepingQuotaOfWhatFailed = seeing(
  () => undefined,
  ({ quotaDeltas }) => {
    if (quotaDeltas.all().some(delta => delta.cores < 0)) quotaDeltas.undo(0);
  },
);

const SILENT = { 'a cell that says nothing of what failed': { by: () => tellingNoEvents, says: 'it is not so after 15 s' } };

describe('in a cell that is full, while another has room,', () => {
  scenario(
    'F25: a resize, a cold and a live migration end with a fault that says so; the server, its quota and all room are as before',
    {
      ...SILENT,
      'a root that keeps the quota of what failed': { by: () => keepingQuotaOfWhatFailed, says: 'as before' },
    },
    async by => {
      await begin(by);
      const before = standing();
      for (const [deed, event] of [
        [{ does: 'move', server: 1, flavor: 'large' }, 'conductor_migrate_server'],
        [{ does: 'move', server: 1, flavor: null }, 'conductor_migrate_server'],
        [{ does: 'migrate live', server: 1 }, 'conductor_live_migrate_instance'],
      ] as const) {
        expect(await failed(deed, event)).toMatch(NO_ROOM);
        await settles(story, 'active');
        expect(standing(), 'as before').toEqual(before);
      }
      expect(moveStatuses()).toEqual([
        ['resize', 'error'],
        ['migration', 'error'],
        ['live-migration', 'error'],
      ]);
      expect(await story.end()).toEqual([]);
    },
  );

  scenario(
    'F25: an evacuation leaves the server in ERROR as Nova does, with the fault; it is as it was when its host is back',
    SILENT,
    async by => {
      await begin(by);
      const before = standing();
      const host = before.server.host!;
      story.world.do({ does: 'kill agent', host, seconds: 60 });
      await story.world.runFor(25);
      expect(await failed({ does: 'evacuate', server: 1 }, 'conductor_rebuild_server')).toMatch(NO_ROOM);
      await settles(story, 'error');
      expect(story.server(1)?.fault?.message).toMatch(NO_ROOM);
      expect(standing()).toEqual({ ...before, server: { ...before.server, vmState: 'error' } });
      expect(moveStatuses()).toEqual([['evacuation', 'failed']]);
      await story.until(() => story.world.host(host).isAlive, 60);
      story.world.do({ does: 'reset state', server: 1, state: 'active' });
      await settles(story, 'active');
      await story.world.runFor(30);
      expect(standing()).toEqual(before);
      expect(await story.end()).toEqual([]);
    },
  );

  scenario('F25: a shelved server stays shelved, with its image, and the log says why', SILENT, async by => {
    await begin(by);
    order(story, 'shelve');
    await settles(story, 'shelved_offloaded');
    await story.world.runFor(8);
    await fillWest([ROOM + 1]);
    const before = standing();
    expect(await failed({ does: 'power', server: 1, action: 'unshelve' }, 'conductor_unshelve_instance')).toMatch(NO_ROOM);
    await settles(story, 'shelved_offloaded');
    expect(standing()).toEqual(before);
    expect(story.world.images.size).toBe(1);
    expect(await story.end()).toEqual([]);
  });

  scenario(
    'F25: a new server of the same image is built in the other, which is what a move between cells is done with',
    { 'a scheduler that sends all to one cell': { by: keepingToOneCell, says: 'it is not so after 30 s' } },
    async by => {
      await begin(by);
      await story.order([ROOM + 1], { flavor: 'medium' });
      await settles(story, 'active', { server: ROOM + 1 });
      expect(story.server(ROOM + 1)?.cellPath).toBe('api!east');
      expect(await story.end()).toEqual([]);
    },
  );
});
