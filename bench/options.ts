import { z } from 'zod';
import { count, flag, listOf, readOptions, text } from './option-types.js';

export const HELP = `\
npm run bench [-- OPTIONS]   raises a tree of 3 cells with 30 played hosts below a root, and measures it

  --servers N          servers to build in each round (default 2000)
  --concurrency LIST   requests in flight while building; several values, one after another (default 64,192)
  --rounds N           how often each of them is measured; medians are reported (default 3)
  --seconds N          for how long shows and lists are measured (default 10)
  --only LIST          of build, show, list (default all)
  --workers N          processes that serve the API (default: one per core, four at most)
  --shared             one MariaDB and one RabbitMQ for all cells, instead of one of each per cell
  --json FILE          writes the figures as JSON, too
  --no-record          does not append the table to bench/RESULTS.md
  --profile NAME       profiles the processes whose names contain NAME (api.cell, east, hosts, …; all), prints
                       where their time goes, and keeps the profiles in .canopy/bench-profiles
  --keep               leaves the tree running, with the servers of the last round
  --help               this text`;

const Phase = z.enum(['build', 'show', 'list'], { error: 'must be of build, show, list' });
export type Phase = z.infer<typeof Phase>;

const Options = z.object({
  help: z.boolean(),
  servers: count(10, 100_000),
  concurrency: listOf(count(1, 1000)),
  rounds: count(1, 20),
  seconds: count(1, 600),
  only: listOf(Phase),
  workers: count(1, 64).optional(),
  shared: z.boolean(),
  json: z.string().min(1).optional(),
  record: z.boolean(),
  profile: z.string().min(1, 'must be a part of a name, or all').optional(),
  keep: z.boolean(),
});
export type BenchOptions = z.infer<typeof Options>;

const KNOWN = {
  help: { ...flag(), short: 'h' },
  servers: text('2000'),
  concurrency: text('64,192'),
  rounds: text('3'),
  seconds: text('10'),
  only: text('build,show,list'),
  workers: text(),
  shared: flag(),
  json: text(),
  record: flag(true),
  profile: text(),
  keep: flag(),
};

/** @throws CloudError `invalid` naming the option. */
export const parseOptions = (args: readonly string[]): BenchOptions => readOptions(args, KNOWN, Options, 'npm run bench -- --help');
