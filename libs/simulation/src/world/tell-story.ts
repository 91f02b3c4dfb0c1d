import type { Violation } from './invariants/index.js';
import { type Plan, tellDeed } from './plan.js';
import { CALM, type Weather } from './weather.js';
import type { World } from './world.js';

/** One text with all that helps to find the fault. */
export const tellStory = (world: World, violations: readonly Violation[]): string =>
  [
    `seed ${world.plan.seed} breaks ${violations.length} promise${violations.length === 1 ? '' : 's'}:`,
    ...violations.slice(0, 20).map(({ invariant, text }) => `  ${invariant.toUpperCase()}: ${text}`),
    ...tellPlan(world.plan),
    'what happened, at the end:',
    ...world.trace.map(event => `  ${event}`),
  ].join('\n');

export const tellPlan = (plan: Plan): string[] => [
  `tree: ${JSON.stringify(plan.layout)}`,
  `weather: ${tellWeather(plan.weather)}`,
  `for ${plan.seconds} s, ${plan.acts.length} act${plan.acts.length === 1 ? '' : 's'}:`,
  ...plan.acts.map(deed => `  ${(deed.at / 1000).toFixed(3)} ${tellDeed(deed)}`),
];

const tellWeather = (weather: Weather): string => {
  const rough = (Object.keys(CALM) as (keyof Weather)[]).filter(key => weather[key] !== CALM[key]);
  return rough.length ? rough.map(key => `${key} ${weather[key]}`).join(', ') : 'calm';
};
