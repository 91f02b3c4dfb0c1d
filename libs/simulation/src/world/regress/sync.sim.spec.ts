import { describe, expect } from 'vitest';
import type { Envelope, Frame } from '#contracts';
import { ignoringGenerations, keepingQuotaOfTheDead, UNMENDED, without } from '../broken-builds.fixture.js';
import { drawPlan } from '../draw-plan.js';
import { play } from '../play.js';
import type { Tampering } from '../surroundings.js';
import {
  beginningAnew,
  comparing,
  leavingNoTombstone,
  ofTheLastHour,
  oneAMinute,
  resurrecting,
  tellingBack,
} from './broken-sync.fixture.js';
import { meddling, scenario } from './scenario.fixture.js';
import { Story } from './story.fixture.js';

/* What cells v1 did wrong when it kept the cells in step: docs/regressions-of-cells-v1.md has the list. */

const LINE = { cells: { west: { cells: { a: { hosts: ['h1'] } } } } };
const SIX = [1, 2, 3, 4, 5, 6];
const UNHEALED = 'it is not so after 45 s';

describe('what the cells know of a server', () => {
  scenario(
    'F9: an old state that arrives late, or twice, changes nothing and brings nothing back',
    {
      'a mirror that takes the last that it hears for the newest': { by: () => ignoringGenerations, says: 'told late' },
      'a mirror that what is told brings back': { by: () => resurrecting, says: 'told of the dead' },
    },
    async by => {
      const story = await Story.begin(LINE, {}, 1, by);
      await story.order([1]);
      await story.until(() => story.server(1)?.vmState === 'active');
      const old = story.frames.find(frame => frame.envelopes.some(one => one.method === 'instance.state' && one.target === 'api'))!;
      const before = story.server(1);
      for (const id of ['late', 'twice']) await again(story, old, id);
      expect(story.server(1), 'told late').toEqual(before);
      void story.world.users.delete(1);
      await story.until(() => story.server(1)?.vmState === 'deleted');
      await again(story, old, 'later');
      expect(story.server(1)?.vmState, 'told of the dead').toBe('deleted');
      expect(await story.end()).toEqual([]);
    },
  );

  scenario(
    'F10: what no host told is found whenever it happened, in however many servers',
    {
      'a cell that looks at what changed of late': { by: () => comparing(ofTheLastHour), says: UNHEALED },
      'a cell that looks at one server a minute': { by: () => comparing(oneAMinute), says: UNHEALED },
    },
    async by => {
      const story = await runningFor2Hours(by);
      story.world.do({ does: 'kill agent', host: 'h1', seconds: 60 });
      await story.world.runFor(1);
      for (const index of SIX.keys()) story.world.do({ does: 'stop guest', host: 'h1', index });
      await story.world.runFor(58);
      expect(story.count('active')).toBe(6);
      await story.until(() => story.count('stopped') === 6, 45);
      expect(await story.end()).toEqual([]);
    },
  );

  scenario(
    'F10: what no cell told is found whenever it happened, in however many servers',
    {
      'a cell that compares nothing': { by: () => UNMENDED, says: UNHEALED },
      'a cell that compares what changed of late': { by: () => comparing(ofTheLastHour), says: UNHEALED },
      'a cell that compares one server a minute': { by: () => comparing(oneAMinute), says: UNHEALED },
    },
    async by => {
      let isLost = false;
      const lose = ({ method, target }: Envelope) => isLost && method === 'instance.state' && target === 'api';
      const story = await runningFor2Hours(meddling(by, sent => ({ ...sent, envelopes: sent.envelopes.filter(one => !lose(one)) })));
      isLost = true;
      for (const index of SIX.keys()) story.world.do({ does: 'stop guest', host: 'h1', index });
      const stoppedBelow = () =>
        story.world
          .cell('api!west')
          .database.instances.all()
          .filter(row => row.vmState === 'stopped');
      await story.until(() => stoppedBelow().length === 6);
      expect(story.count('active')).toBe(6);
      pass2Hours(story);
      isLost = false;
      await story.until(() => story.count('stopped') === 6, 45);
      expect(await story.end()).toEqual([]);
    },
  );

  scenario(
    'F11: a change is told upwards once, and nobody tells it back',
    { 'a cell that tells back what it is told': { by: () => tellingBack, says: 'told again' } },
    async by => {
      const story = await Story.begin(LINE, {}, 1, by);
      await story.order([1]);
      await story.until(() => story.server(1)?.vmState === 'active');
      await story.world.runFor(5);
      const told = story.told('instance.state').length;
      const isQuiet = () => story.told('instance.state').length === told;
      for (let second = 0; second < 60 && isQuiet(); second += 1) await story.world.runFor(1);
      expect(isQuiet(), 'told again').toBe(true);
      expect(await story.end()).toEqual([]);
    },
  );

  scenario(
    'F12: a deletion ends deleted everywhere, once, with the quota returned, wherever it meets the order',
    {
      'a cell whose end of a server nobody hears of': {
        by: () => ({ ...UNMENDED, ...without('instance.deleted') }),
        says: 'deleted after',
      },
      'a root where the dead keep their quota': { by: () => keepingQuotaOfTheDead, says: 'quota equals the sum' },
    },
    async by => {
      for (let at = 0; at < 1200; at += at < 120 ? 10 : 120) {
        const plan = drawPlan(at, { layout: LINE, weather: { reordered: true, slowMessage: 0.2 }, seconds: 3 });
        const creation = { at: 0, does: 'create', servers: [1], flavor: 'small', zone: null, unlucky: false } as const;
        const { world, violations } = await play({ ...plan, acts: [creation, { at, does: 'delete', server: 1 }] }, by, 90);
        expect(violations.map(({ invariant, text }) => `${invariant}: ${text}`).join(), `deleted after ${at} ms`).toBe('');
        const uuid = world.users.uuidOf(1);
        expect(world.root.database.instances.get(uuid)?.vmState ?? 'deleted').toBe(world.users.deleted.has(uuid) ? 'deleted' : 'active');
      }
    },
  );

  scenario(
    'F12: a deletion that overtakes its order leaves a tombstone where it arrives, and the order then starts nothing',
    { 'a cell that a deletion leaves without a trace': { by: () => leavingNoTombstone, says: 'it is not so after 30 s' } },
    async by => {
      const story = await Story.begin(LINE, {}, 1, by);
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
      await story.world.runFor(0.5);
      await story.order([1]);
      await story.until(() => story.server(1)?.vmState === 'deleted');
      await story.world.runFor(20);
      expect(story.told('instance.retell')).toEqual([]);
      expect(story.told('instance.build', 'api!west')).toHaveLength(1);
      expect(story.told('instance.build', 'api!west!a')).toEqual([]);
      expect(story.world.cell('api!west').database.instances.get(instanceUuid)?.deletedAt).not.toBeNull();
      expect(story.world.root.database.quotaUsages.all().map(usage => usage.instances)).toEqual([0]);
      expect(await story.end()).toEqual([]);
    },
  );

  scenario(
    'F13: an order that comes twice is one instance with one claim and one guest',
    { 'a cell that begins whatever is ordered': { by: () => beginningAnew, says: 'claimed once' } },
    async by => {
      const story = await Story.begin(LINE, {}, 1, by);
      await story.order([1]);
      await story.until(() => story.server(1)?.vmState === 'active');
      const orders = story.frames.filter(frame => frame.envelopes.some(one => one.method === 'instance.build'));
      for (const [index, frame] of orders.entries()) await again(story, frame, `twice-${index}`, `down to ${frame.envelopes[0]!.target}`);
      await story.world.runFor(10);
      expect(story.world.cell('api!west!a').database.hosts.get('h1'), 'claimed once').toMatchObject({ claims: 1 });
      expect(await story.end()).toEqual([]);
      expect(story.guests()).toEqual({ h1: 1 });
    },
  );
});

/** The same content in another frame, so that no inbox knows it. */
const again = async (story: Story, frame: Frame, id: string, queue = 'to api'): Promise<void> => {
  story.world.broker.deliver(queue, JSON.stringify({ ...frame, id }));
  await story.world.runFor(2);
};

const TWO_HOURS_MS = 7_200_000;

/** Since anything was heard of the servers. */
const pass2Hours = ({ world }: Story): void => {
  for (const { database } of world.cells.values())
    for (const row of database.instances.all()) database.instances.put(row.uuid, { ...row, updatedAt: row.updatedAt - TWO_HOURS_MS });
};

/** Six servers on one host. */
const runningFor2Hours = async (by: Tampering): Promise<Story> => {
  const story = await Story.begin(LINE, {}, 1, by);
  await story.order(SIX);
  await story.until(() => story.count('active') === SIX.length);
  await story.world.runFor(5);
  pass2Hours(story);
  return story;
};
