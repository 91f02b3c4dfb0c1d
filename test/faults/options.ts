import { z } from 'zod';
import { numberOption, readOptions } from '../setup/read-options.js';

export const HELP = `\
npm run test:faults [-- OPTIONS]   breaks a tree of cells in every way for some minutes, while a user creates and deletes servers

  --minutes M     how long it takes in all, with starting and looking at the end: 2 to 30 (default 3)
  --seed S        of the schedule and of what the user does; printed by each run (default: another each time)
  --links KIND    how links are cut: namespaces (each cell in a network of its own; needs root and ip) or proxies
                  (default: namespaces where they can be made; with them and iptables, cells are cut from their own servers as well)
  --only TEXT     only faults whose line contains it: 'kill broker', 'api.west.cell', 'cut link api.west -> api'
  --show          prints the schedule of that seed and ends
  --no-build      uses dist as it is
  --help          this text

Everything listens in networks of its own, or at 127.0.0.1; all is removed at the end, and after an interrupted run by the next.
It prints what was broken when. When something is wrong at the end it says what, keeps the logs, and ends with 1.`;

const Options = z.object({
  help: z.boolean(),
  show: z.boolean(),
  only: z.string().min(1, 'must be a part of what --show prints').optional(),
  minutes: numberOption(2, 30),
  seed: numberOption(0, 2 ** 32 - 1)
    .int('must be a whole number')
    .optional(),
  links: z.enum(['namespaces', 'proxies'], { error: 'must be namespaces or proxies' }).optional(),
});
export type FaultOptions = z.infer<typeof Options>;

/** @throws CloudError `invalid` naming the option. */
export const parseOptions = (args: readonly string[]): FaultOptions =>
  readOptions({
    args,
    command: 'npm run test:faults',
    values: Options,
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      show: { type: 'boolean', default: false },
      only: { type: 'string' },
      minutes: { type: 'string', default: '3' },
      seed: { type: 'string' },
      links: { type: 'string' },
      'no-build': { type: 'boolean', default: false },
    },
  });
