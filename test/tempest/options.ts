import { z } from 'zod';
import { numberOption, readOptions } from '../setup/read-options.js';

export const HELP = `\
npm run test:tempest [-- OPTIONS]   Nova's own tests (tempest's for compute) against a cloud of their own, with played hosts

  --only REGEX    only tests whose name matches it: 'servers.test_server_actions'
  --subset        only those of test/tempest/subset.txt: what npm test runs
  --minutes M     how long the tests may take in all: 1 to 120 (default 40); what has not run by then has failed
  --workers N     classes that run side by side: 1 to 8 (default 2)
  --report FILE   writes every verdict with its reason as JSON
  --document      writes docs/conformance.md from it; for a run of all tests
  --keep          leaves the logs when it is over, and says where
  --no-build      uses dist as it is
  --help          this text

Needs Debian's package python3-tempest, which it installs. Prints a line for each test that fails, with its reason; ends with 1 when one
fails that test/tempest/known-failures.yaml does not explain.`;

const isPattern = (text: string): boolean => {
  try {
    return new RegExp(text) !== null;
  } catch {
    return false;
  }
};

const Options = z
  .object({
    help: z.boolean(),
    only: z.string().refine(isPattern, 'must be a regular expression').optional(),
    subset: z.boolean(),
    minutes: numberOption(1, 120),
    workers: numberOption(1, 8).int('must be a whole number'),
    report: z.string().min(1, 'must be the path of a file').optional(),
    document: z.boolean(),
    keep: z.boolean(),
  })
  .refine(({ document, only, subset }) => !(document && (only !== undefined || subset)), {
    path: ['document'],
    message: 'needs a run of all tests: without --only and --subset',
  });
export type TempestOptions = z.infer<typeof Options>;

/** @throws CloudError `invalid` naming the option. */
export const parseOptions = (args: readonly string[]): TempestOptions =>
  readOptions({
    args,
    command: 'npm run test:tempest',
    values: Options,
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      only: { type: 'string' },
      subset: { type: 'boolean', default: false },
      minutes: { type: 'string', default: '40' },
      workers: { type: 'string', default: '2' },
      report: { type: 'string' },
      document: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      'no-build': { type: 'boolean', default: false },
    },
  });
