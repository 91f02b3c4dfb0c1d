import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { provide } from '../../tools/setup/install.js';
import { runCommand } from '../command.js';
import { describeMachine, loadAverage } from '../report/machine.js';
import { appendResults } from '../report/record.js';
import { layoutOf } from './layout.js';
import { measureLayout, type TreeFigures } from './measure.js';
import { HELP, parseOptions, type TreeBenchOptions } from './options.js';
import { reportOf } from './report.js';

/** Three up from dist/bench/cells. */
const sources = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

/** @returns the exit code */
export const main = (args: readonly string[]): Promise<number> =>
  runCommand(async signal => {
    const options = parseOptions(args);
    if (options.help) console.log(HELP);
    else await benchTree(options, signal);
  });

const benchTree = async (options: TreeBenchOptions, signal: AbortSignal): Promise<void> => {
  const wants = { databases: true, brokers: true, hypervisor: false, image: false, client: false };
  await provide(wants, { sources, log: join(sources, '.canopy/apt.log'), say });
  const before = loadAverage();
  const shapes = options.shape === 'both' ? (['tree', 'flat'] as const) : [options.shape];
  const figures: TreeFigures[] = [];
  for (const shape of shapes) {
    for (const leaves of options.leaves) {
      const layout = layoutOf(shape, leaves, options.hosts);
      say(`${shape} of ${leaves} leaves below ${layout.children.length} children of the root …`);
      figures.push(await measureLayout(layout, options, signal, say));
    }
  }
  const lines = reportOf(figures);
  for (const line of lines) say(line);
  const date = new Date().toISOString().slice(0, 16).replace('T', ' ');
  const machine = `${describeMachine()}; load average ${before.toFixed(1)} before, ${loadAverage().toFixed(1)} after; ${options.rate} servers/s placed; data in ${tmpdir()}.`;
  if (options.record) appendResults(join(sources, 'bench/RESULTS.md'), `${date} UTC: npm run bench:tree`, [machine, '', ...lines]);
  if (options.json !== undefined) writeFileSync(resolve(options.json), `${JSON.stringify({ machine, figures }, null, 2)}\n`);
};

const say = (line: string): void => console.log(line);
