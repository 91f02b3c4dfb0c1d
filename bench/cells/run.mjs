// npm run bench:tree: what the root of a tree of up to a thousand cells costs. Installs and builds what is missing.
import { bootstrap, checkNode } from '../../tools/bootstrap.mjs';

checkNode();
await bootstrap({ build: !process.argv.includes('--no-build') });
const { main } = await import('../../dist/bench/cells/main.js');
process.exitCode = await main(process.argv.slice(2));
