import { expect, it } from 'vitest';
import { CALM } from '../weather.js';
import { Story } from './story.fixture.js';

const TREE = { cells: { west: { cells: { a: { hosts: ['a1'] } } }, east: { hosts: ['e1'] } } };

/** Longer than a neighbour may be silent. */
const OUTAGE_SECONDS = 40;

it('a tree whose databases were away places at once when they are back: nobody was silent whom nobody could note down', async () => {
  const story = await Story.begin(TREE);
  await story.world.runFor(10);
  story.world.sky.weather = { ...CALM, databaseAway: 1 };
  await story.world.runFor(OUTAGE_SECONDS);
  story.world.sky.weather = CALM;
  await story.order([1, 2, 3, 4]);
  await story.until(() => story.count('active') === 4, 60);
  expect(story.count('error')).toBe(0);
  expect(await story.end()).toEqual([]);
});
