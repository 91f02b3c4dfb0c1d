// npm start, npm run stop, npm run status and npm run reset: raises the tree of cells, and the rest.
import { parseArgs } from 'node:util';
import { bootstrap, fail } from './bootstrap.mjs';

const HELP = `\
npm start [-- OPTIONS]     raises a tree of cells and boots a server through it; Ctrl-C stops it
npm run stop               stops it; data and running guests stay, and npm start finds them again
npm run status             what runs, and what memory and processor time it takes
npm run reset              stops it, ends its guests and removes all its data

  --topology FILE   the tree, as YAML (default: the last one used, or tools/topologies/default.yaml)
  --shared          one MariaDB and one RabbitMQ for all cells, instead of one of each per cell
  --driver fake     plays the hosts: needs no hypervisor, and no guest really runs
  --no-demo         raises the tree only
  --image FILE      the qcow2 image of the demonstration, instead of the tiny one that is made
  --detach          returns when all is up, and leaves it running (nobody restarts what dies then)
  --port-base N     the first port for private databases and brokers (default 23000)
  --directory DIR   where everything is kept (default .canopy)
  --no-build        does not compile first
  --yes             installs missing Debian packages without asking
  --help            this text`;

const OPTIONS = {
  topology: { type: 'string' },
  shared: { type: 'boolean' },
  driver: { type: 'string' },
  demo: { type: 'boolean', default: true },
  image: { type: 'string' },
  detach: { type: 'boolean', default: false },
  'port-base': { type: 'string' },
  directory: { type: 'string', default: '.canopy' },
  build: { type: 'boolean', default: true },
  yes: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
};

const readArguments = () => {
  try {
    return parseArgs({ options: OPTIONS, allowPositionals: true, allowNegative: true });
  } catch (error) {
    // Node 20 knows no allowNegative, where --no-demo is unknown, before 20.17 only; anything else is the user's slip.
    return fail(`${error.message.split('. ')[0]}. See npm start -- --help`);
  }
};

const { values, positionals } = readArguments();
if (values.help) {
  console.log(HELP);
} else {
  await bootstrap({ build: values.build });
  const { main } = await import('../dist/tools/stack/cli/main.js');
  process.exitCode = await main({ command: positionals[0] ?? 'start', extra: positionals.slice(1), ...values });
}
