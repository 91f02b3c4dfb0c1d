import { writeFileSync } from 'node:fs';
import { messageOf } from '#domain';
import { drawPlan, type Layout, type Plan, play, shorten, tellStory } from '#simulation';
import { campaign } from './campaign.js';
import { type Options, readLayout, readOptions, readStory } from './options.js';
import { Progress } from './progress.js';

/** @returns the exit code: 0 when every promise was kept, 1 when one was broken, 2 when the options are wrong. */
export const main = async (values: Readonly<Record<string, unknown>>): Promise<number> => {
  let options: Options;
  let layout: Layout | undefined;
  let story: Plan | undefined;
  try {
    options = readOptions(values);
    layout = options.layout === undefined ? undefined : readLayout(options.layout);
    story = options.replay === undefined ? undefined : readStory(options.replay);
  } catch (error) {
    console.error(`canopy: ${messageOf(error)}. See npm run sim -- --help`);
    return 2;
  }
  if (story) return tell(story, { ...options, effort: 0 });
  if (options.seed !== undefined) return tell(drawPlan(options.seed, { layout }), options);
  return run(options, layout);
};

const run = async ({ seeds: count, from, jobs, ...options }: Options, layout: Layout | undefined): Promise<number> => {
  const seeds = Array.from({ length: count }, (_, index) => from + index);
  const progress = new Progress();
  const failed = await campaign({
    seeds,
    layout,
    jobs,
    progress: (done, failures) => {
      const rate = done / progress.seconds();
      progress.say(
        `${done} of ${count} worlds, ${failures.length} failed, ${rate.toFixed(1)} a second, ${Math.ceil((count - done) / rate)} s left`,
      );
    },
  });
  progress.end();
  const seconds = progress.seconds().toFixed(1);
  const [first] = failed;
  if (!first) {
    console.log(`${count} worlds, seeds ${from} to ${from + count - 1}: every promise was kept (${seconds} s)`);
    return 0;
  }
  for (const { seed, broken } of failed) console.log(`seed ${seed}: ${broken.join('; ')}`);
  await tell(drawPlan(first.seed, { layout }), { ...options, seeds: count, from, jobs });
  return 1;
};

/** Plays one story; when a promise is broken, tells the shortest story in which it is. */
const tell = async (plan: Plan, { effort, save }: Options): Promise<number> => {
  let { world, violations } = await play(plan);
  const [first] = violations;
  if (!first) {
    console.log(`seed ${plan.seed}: every promise was kept`);
    return 0;
  }
  if (effort > 0) {
    const progress = new Progress();
    const tellHowFar = (tried: number, best: Plan) =>
      progress.say(`shortening the story of seed ${plan.seed}: ${tried} of at most ${effort} worlds, ${best.acts.length} acts are left`);
    ({ world, violations } = await shorten(plan, first.invariant, { worlds: effort, progress: tellHowFar }));
    progress.end();
    console.log(`the shortest story that was found (of ${plan.acts.length} acts, ${world.plan.acts.length} are left):`);
  }
  console.log(tellStory(world, violations));
  if (save !== undefined) writeFileSync(save, `${JSON.stringify(world.plan, null, 2)}\n`);
  console.log(save === undefined ? 'To keep it: --save FILE.' : `Saved; again: npm run sim -- --replay ${save}`);
  return 1;
};
