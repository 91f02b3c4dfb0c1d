import { describe, expect } from 'vitest';
import { type Envelope, type Frame, MAX_HOPS, type ProtocolRange } from '#contracts';
import { SimulatedQueries } from '../simulated-queries.js';
import {
  askingForNoVersion,
  droppingWhatIsNotUnderstood,
  droppingWhatWentTooFar,
  inLockstep,
  leavingQuestionsThatWentTooFar,
} from './broken-messages.fixture.js';
import { meddling, scenario } from './scenario.fixture.js';
import { Story } from './story.fixture.js';

/* What became in cells v1 of a message that went too far, or was of another release: docs/regressions-of-cells-v1.md has the list. */

const TWO = { cells: { west: { hosts: ['h1:lake'] }, east: { hosts: ['h2:hill'] } } };
const WEST = 'api!west';
const TOO_FAR = `passed more than ${MAX_HOPS} cells`;

/** As if this one had come through so many cells. */
const fromAfar = ({ id, envelopes }: Frame): Frame => ({
  id,
  envelopes: envelopes.map(one => (one.method === 'instance.build' && one.target === WEST ? { ...one, hops: MAX_HOPS + 1 } : one)),
});

/** Something of this method, which the root sends. */
const sample = (story: Story, method: string, payload: object): Envelope => ({
  ...story.told('capacity.report', 'api')[0]!,
  method,
  source: 'api',
  target: WEST,
  payload,
});

const parkedIn = ({ world }: Story, path: string): readonly string[] => world.cell(path).database.parked.map(({ reason }) => reason);

describe('the limit of hops', () => {
  scenario(
    'F19: an order that went too far comes back, with the reason in the trail, and is made elsewhere',
    { 'a cell that drops it': { by: () => droppingWhatWentTooFar('instance.build'), says: 'the trail' } },
    async by => {
      const story = await Story.begin(TWO, {}, 1, meddling(by, fromAfar));
      const { children } = story.world.root.database;
      children.put('west', { ...children.get('west')!, weightOffset: 5 });
      await story.order([1]);
      await story.until(() => story.server(1)?.vmState === 'active');
      expect(story.server(1)?.nextHop).toBe('east');
      expect(JSON.stringify(story.server(1)?.placement.trail), 'the trail').toContain(TOO_FAR);
      expect(await story.end()).toEqual([]);
    },
  );

  scenario(
    'F19: a question that went too far is answered with an error',
    { 'a cell that does not answer it': { by: () => leavingQuestionsThatWentTooFar, says: 'the answer' } },
    async by => {
      const story = await Story.begin(TWO, {}, 1, by);
      const [root] = story.world.root.processes;
      const payload = { instanceUuid: story.world.users.uuidOf(1), lines: null };
      const question = { ...sample(story, 'console.output', payload), hops: MAX_HOPS + 1, deadline: root!.now() + 5000 };
      const answer = new SimulatedQueries(root!).askChild('west', question).then(JSON.stringify, String);
      await story.world.runFor(6);
      expect(await answer, 'the answer').toContain(TOO_FAR);
    },
  );

  scenario(
    'F19: a message that went too far is parked where an operator sees it',
    { 'a cell that drops it': { by: () => droppingWhatWentTooFar('instance.recall'), says: 'what is parked' } },
    async by => {
      const story = await Story.begin(TWO, {}, 1, by);
      const recall = { ...sample(story, 'instance.recall', { instanceUuid: story.world.users.uuidOf(1), epoch: 1 }), hops: MAX_HOPS + 1 };
      story.world.broker.deliver(`down to ${WEST}`, JSON.stringify({ id: 'far', envelopes: [recall] }));
      await story.world.runFor(1);
      expect(parkedIn(story, WEST), 'what is parked').toEqual([`it ${TOO_FAR}`]);
    },
  );
});

const OLD: ProtocolRange = { oldest: 1, newest: 1 };
const NEW: ProtocolRange = { oldest: 1, newest: 2 };

describe('releases', () => {
  scenario(
    'F20: cells are upgraded one after the other, in any order, while servers are made and deleted',
    { 'a release that speaks its own version only': { by: () => inLockstep, says: 'it is not so after 20 s' } },
    async by => {
      const upgraded = new Set<string>();
      const protocolOf = (machine: string) => (upgraded.has(machine.split('@')[0]!) ? (by.protocolOf?.(machine) ?? NEW) : OLD);
      const story = await Story.begin(TWO, {}, 1, { ...by, protocolOf });
      for (const [step, cell] of [WEST, 'api', 'api!east'].entries()) {
        upgraded.add(cell);
        story.world.do({ does: 'kill process', cell, index: 0, seconds: 1 });
        await story.world.runFor(8);
        const [lake, hill] = [2 * step + 1, 2 * step + 2];
        await story.order([lake], { zone: 'lake' });
        await story.order([hill], { zone: 'hill' });
        await story.until(() => [lake, hill].every(server => story.server(server)?.vmState === 'active'), 20);
        void story.world.users.delete(hill);
        await story.until(() => story.server(hill)?.vmState === 'deleted', 20);
      }
      expect([...story.world.cells.keys()].flatMap(path => parkedIn(story, path))).toEqual([]);
      expect(await story.end()).toEqual([]);
    },
  );

  scenario(
    'F20: a message of a release that is too far away is parked with the reason, and the rest goes on',
    {
      'a cell that drops it': { by: () => droppingWhatIsNotUnderstood, says: 'what is parked' },
      'a cell that handles it as its own': { by: () => askingForNoVersion('host.mirror'), says: 'what is parked' },
    },
    async by => {
      const story = await Story.begin(TWO, {}, 1, by);
      const speaks = { oldest: 98, newest: 99 };
      const strange = { ...story.told('capacity.report', 'api')[0]!, method: 'host.mirror', payload: { hosts: [] }, protocol: 99, speaks };
      story.world.broker.deliver('to api', JSON.stringify({ id: 'new', envelopes: [strange] }));
      await story.order([1]);
      await story.until(() => story.count('active') === 1);
      expect(parkedIn(story, 'api'), 'what is parked').toEqual([expect.stringContaining('speaks protocol 98 to 99')]);
    },
  );
});
