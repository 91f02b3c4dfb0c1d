import { parseArgs } from 'node:util';
import { z } from 'zod';
import { CloudError, messageOf } from '#domain';

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

const count = (least: number, most: number) =>
  z.coerce
    .number('must be a number')
    .int('must be a whole number')
    .min(least, `must be ${least} or more`)
    .max(most, `must be ${most} or less`);

const Options = z.object({
  help: z.boolean(),
  leaves: z
    .string()
    .transform((text): unknown => text.split(','))
    .pipe(z.array(count(1, 2000)).min(1)),
  shape: z.enum(['tree', 'flat', 'both'], { error: 'must be tree, flat or both' }),
  hosts: count(1, 1000),
  rate: count(1, 1000),
  seconds: count(2, 600),
  json: z.string().min(1).optional(),
  record: z.boolean(),
  profile: z.boolean(),
});
export type TreeBenchOptions = z.infer<typeof Options>;

/** @throws CloudError `invalid` naming the option. */
export const parseOptions = (args: readonly string[]): TreeBenchOptions => {
  const result = Options.safeParse(split(args));
  if (result.success) return result.data;
  const lines = result.error.issues.map(issue => `--${String(issue.path[0])} ${issue.message}`);
  throw new CloudError('invalid', `${lines.join('; ')}. See npm run bench:tree -- --help`);
};

const split = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      allowNegative: true,
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        leaves: { type: 'string', default: '10,100,1000' },
        shape: { type: 'string', default: 'both' },
        hosts: { type: 'string', default: '100' },
        rate: { type: 'string', default: '20' },
        seconds: { type: 'string', default: '15' },
        json: { type: 'string' },
        record: { type: 'boolean', default: true },
        profile: { type: 'boolean', default: false },
        build: { type: 'boolean', default: true },
      },
    }).values;
  } catch (error) {
    throw new CloudError('invalid', `${messageOf(error).split('. ')[0]}. See npm run bench:tree -- --help`);
  }
};
