import { describe, expect, it } from 'vitest';
import { MemoryCellStore } from '../store/memory-cell-store.js';
import { spawningTheEnded, spawningTwice, tellingOldStates } from './broken-agents.fixture.js';
import {
  anywhere,
  askingForNoTraits,
  ClaimsWithoutComparing,
  FailsOddly,
  ForgetsItsInbox,
  forgettingReservations,
  ignoringGenerations,
  keepingQuotaOfTheDead,
  LocksNoQuota,
  losingBetweenCells,
  movingWhatRuns,
  rejectionsAsDeletions,
  SendsOnlyOnce,
  seeingNoDrain,
  seeingNoLock,
  seeingNoQuotaOfCells,
  settlingNothing,
  takingAllForAlike,
  takingAllForEnabled,
  UNMENDED,
  WakesNoWorkflow,
  without,
} from './broken-builds.fixture.js';
import { type DrawOptions, drawPlan } from './draw-plan.js';
import { INVARIANTS } from './invariants/index.js';
import { play } from './play.js';
import type { Tampering } from './surroundings.js';
import { COUNTRY, type Layout } from './tree.js';

/*
 * What the invariants are worth: each of these breaks one thing on purpose, and the worlds must notice, by the promise that it breaks.
 */

/** So many worlds are looked at before the fault counts as unnoticed. */
const WORLDS = 30;
const REST_SECONDS = 90;

interface Mutation extends DrawOptions {
  readonly breaks: string;
  readonly by: Tampering;
}

const ONE_HOST: Layout = { cells: { small: { hosts: ['h1'] } } };
const MIXED: Layout = { cells: { west: { hosts: ['w1', { name: 'w2', traits: ['CUSTOM_SSD'] }] }, east: { hosts: ['e1', 'e2'] } } };

/** The lists of guests mend what a compute service makes too much: here nobody gets them. */
const UNLISTED: Mutation = {
  breaks: 'no server is resurrected',
  by: without('guest.list'),
  layout: ONE_HOST,
  weather: { reordered: true, slowMessage: 0.3, spawnFails: 0.3, ackLost: 0.5 },
  seconds: 90,
};

/** What was broken, and the promise that it broke. */
const MUTATIONS: Readonly<Record<string, Mutation>> = {
  'a rejected build that is taken for a deletion': {
    breaks: 'no server is lost',
    by: rejectionsAsDeletions,
    weather: { spawnFails: 0.5 },
  },
  'recalls that are lost': {
    breaks: 'no server is doubled',
    by: without('instance.recall'),
    weather: { reordered: true, slowMessage: 0.1 },
    troubles: { secondsBetweenCuts: 2 },
    seconds: 90,
  },
  'a move that does not put its guest aside': { breaks: 'a server that moves is on at one place', by: movingWhatRuns, weather: {} },
  'tombstones that are not kept': {
    breaks: 'no server is resurrected',
    by: { makeStore: parts => new MemoryCellStore({ ...parts, tombstonesKeptMs: -1 }) },
    weather: { reordered: true, slowMessage: 0.3, processes: 2 },
  },
  'claims without compare and set': {
    breaks: 'no host is overfilled',
    by: { makeStore: parts => new ClaimsWithoutComparing(parts) },
    layout: ONE_HOST,
    weather: { processes: 3, slowTransaction: 0.5 },
    seconds: 60,
  },
  'reservations that nobody looks at': { breaks: 'no cell is promised more than it reported', by: forgettingReservations, weather: {} },
  'a quota that is read without a lock': {
    breaks: 'no quota is overfilled',
    by: { makeStore: parts => new LocksNoQuota(parts) },
    weather: { processes: 3, slowTransaction: 0.7 },
    seconds: 120,
  },
  'a scheduler that looks at no quota of cells': {
    breaks: 'no quota is overfilled',
    by: seeingNoQuotaOfCells,
    troubles: { secondsBetweenOperators: 1 },
  },
  'a lock that nobody looks at': { breaks: 'a locked server is left alone', by: seeingNoLock, weather: {}, seconds: 120 },
  'a scheduler that looks for no disabled hosts and cells': {
    breaks: 'nothing new goes where an operator has disabled it',
    by: takingAllForEnabled,
    troubles: { secondsBetweenOperators: 3 },
  },
  'a scheduler that looks for no draining cells': {
    breaks: 'nothing new goes where an operator has disabled it',
    by: seeingNoDrain,
    troubles: { secondsBetweenOperators: 1 },
  },
  'an order that forgets its zone on the way': { breaks: 'a server is in the zone that was asked for', by: anywhere, weather: {} },
  'an order that forgets on the way which traits it asks for': {
    breaks: 'a server is on a host with the traits that it asks for',
    by: askingForNoTraits,
    layout: MIXED,
    weather: {},
  },
  'a scheduler to which all hosts are alike': {
    breaks: 'a server is on a host with the traits that it asks for',
    by: takingAllForAlike,
    layout: MIXED,
    weather: {},
  },
  'workflows that nobody wakes': {
    breaks: 'every build ends ACTIVE or ERROR',
    by: { makeStore: parts => new WakesNoWorkflow(parts) },
    weather: { spawnFails: 0.5 },
  },
  'reservations that no report settles': { breaks: 'nothing is left behind', by: settlingNothing, weather: {} },
  'frames that are sent once or never': {
    breaks: 'every build ends ACTIVE or ERROR',
    by: { makeStore: parts => new SendsOnlyOnce(parts) },
    weather: { processes: 2, diesCommitting: 0.05 },
  },
  'claims that overwrite each other': {
    breaks: 'what is claimed of a host is what its instances hold',
    by: { makeStore: parts => new ClaimsWithoutComparing(parts) },
    layout: ONE_HOST,
    weather: { processes: 3, slowTransaction: 0.5 },
  },
  'a mirror that takes any report for the newest': {
    breaks: 'mirror equals owner',
    by: ignoringGenerations,
    weather: { reordered: true, slowMessage: 0.3 },
  },
  'guests that nobody compares with the instances': {
    breaks: 'mirror equals owner',
    by: without('guest.list'),
    layout: ONE_HOST,
    troubles: { secondsBetweenHostDeaths: 3 },
    seconds: 60,
  },
  'a compute service that makes guests of ended placements': { ...UNLISTED, by: { ...UNLISTED.by, ...spawningTheEnded } },
  'a compute service that makes each guest twice': { ...UNLISTED, by: { ...UNLISTED.by, ...spawningTwice } },
  'a compute service that tells older states as those of now': {
    breaks: 'mirror equals owner',
    by: tellingOldStates,
    layout: ONE_HOST,
    weather: {},
    seconds: 60,
  },
  'ends of servers that the root never hears of': {
    breaks: 'a cell has what its parent believes to be there',
    by: losingBetweenCells('instance.deleted'),
    weather: {},
  },
  'quota that the dead keep': { breaks: 'quota equals the sum', by: keepingQuotaOfTheDead, weather: {} },
  'a store that handles a frame as often as it is delivered': {
    breaks: 'the log of actions tells what happened, once',
    by: { makeStore: parts => new ForgetsItsInbox(parts) },
    weather: { ackLost: 0.4 },
  },
  'questions without a deadline': {
    breaks: 'every question is answered in time',
    by: { waitsForEver: true },
    weather: { queryLost: 0.5 },
    seconds: 60,
  },
  'periodic work that fails': {
    breaks: 'no process fails but for want of its database',
    by: { makeStore: parts => new FailsOddly(parts) },
    weather: {},
  },
};

const isNoticed = async ({ breaks, by, ...options }: Mutation): Promise<boolean> => {
  for (let seed = 1; seed <= WORLDS; seed += 1) {
    const { violations } = await play(drawPlan(seed, { layout: COUNTRY, seconds: 30, ...options }), { ...UNMENDED, ...by }, REST_SECONDS);
    if (violations.some(violation => violation.invariant === breaks)) return true;
  }
  return false;
};

describe('the promises are broken, and it is noticed, by', () => {
  it.each(Object.keys(MUTATIONS))('%s', async title => {
    expect(await isNoticed(MUTATIONS[title]!)).toBe(true);
  });

  it('compute services alone where nobody gets their lists: without a fault of theirs nothing comes back', async () => {
    expect(await isNoticed(UNLISTED)).toBe(false);
  });

  it('at least one for each of them', () => {
    const broken = new Set(Object.values(MUTATIONS).map(({ breaks }) => breaks));
    expect(INVARIANTS.map(({ name }) => name).filter(name => !broken.has(name))).toEqual([]);
  });
});
