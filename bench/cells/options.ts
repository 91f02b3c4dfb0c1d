import { z } from 'zod';
import { count, flag, listOf, readOptions, text } from '../option-types.js';

export const HELP = `\
npm run bench:tree [-- OPTIONS]   a real root (MariaDB, RabbitMQ, engine) over simulated cells that speak the real protocol

  --leaves LIST    leaf cells, one measurement each (default 10,100,1000)
  --shape KIND     tree (inner cells between the root and the leaves), flat (every leaf a child of the root) or both (default both)
  --hosts N        hosts of each leaf (default 100)
  --rate N         servers to place per second (default 20)
  --seconds N      how long each phase takes (default 15)
  --json FILE      writes the figures as JSON, too
  --no-record      does not append the table to bench/RESULTS.md
  --profile        writes a CPU profile of the root while it places, to the current directory
  --no-build       uses dist as it is
  --help           this text`;

const Options = z.object({
  help: z.boolean(),
  leaves: listOf(count(1, 2000)),
  shape: z.enum(['tree', 'flat', 'both'], { error: 'must be tree, flat or both' }),
  hosts: count(1, 1000),
  rate: count(1, 1000),
  seconds: count(2, 600),
  json: z.string().min(1).optional(),
  record: z.boolean(),
  profile: z.boolean(),
});
export type TreeBenchOptions = z.infer<typeof Options>;

const KNOWN = {
  help: { ...flag(), short: 'h' },
  leaves: text('10,100,1000'),
  shape: text('both'),
  hosts: text('100'),
  rate: text('20'),
  seconds: text('15'),
  json: text(),
  record: flag(true),
  profile: flag(),
  build: flag(true),
};

/** @throws CloudError `invalid` naming the option. */
export const parseOptions = (args: readonly string[]): TreeBenchOptions =>
  readOptions(args, KNOWN, Options, 'npm run bench:tree -- --help');
