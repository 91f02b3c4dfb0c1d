// npm run sim: lives through simulated worlds, and tells the shortest story of the first one that breaks a promise.
import { parseArgs } from 'node:util';
import { bootstrap, fail } from './bootstrap.mjs';

const HELP = `\
npm run sim [-- OPTIONS]   lives through simulated trees of cells in which things go wrong, one world for each seed

  --seeds N        so many worlds (default 1000)
  --from S         the first seed (default 1)
  --seed S         this world only
  --layout FILE    the tree, as YAML: { hosts: [name, name:zone], cells: { name: { ... } } } (default: each seed draws its own;
                   docs/operations/simulation.md says what can be said of a host)
  --replay FILE    the story that was saved
  --save FILE      saves the shortest story, for --replay
  --effort N       worlds that are tried to shorten a story (default 400; 0 tells it as it is)
  --jobs N         worlds at a time (default: as many as there are cores)
  --no-build       does not compile first
  --help           this text

A world that breaks a promise is told in full: which promise, the tree, the weather, who did what and when, and what followed.
Exit code: 0 when every promise was kept, 1 when one was broken, 2 when the options are wrong.`;

const OPTIONS = {
  seeds: { type: 'string' },
  from: { type: 'string' },
  seed: { type: 'string' },
  layout: { type: 'string' },
  replay: { type: 'string' },
  save: { type: 'string' },
  effort: { type: 'string' },
  jobs: { type: 'string' },
  build: { type: 'boolean', default: true },
  help: { type: 'boolean', short: 'h', default: false },
};

const readArguments = () => {
  try {
    return parseArgs({ options: OPTIONS, allowNegative: true }).values;
  } catch (error) {
    console.error(`canopy: ${error.message.split('. ')[0]}. See npm run sim -- --help`);
    return process.exit(2);
  }
};

const { help, build, ...values } = readArguments();
if (help) {
  console.log(HELP);
} else {
  await bootstrap({ build });
  const { main } = await import('../dist/test/sim/main.js').catch(error => fail(`${error.message}: run npm ci, then npm run build`));
  process.exitCode = await main(values);
}
