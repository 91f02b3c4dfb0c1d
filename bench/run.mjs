// npm run bench: measures Canopy on this machine. Installs and builds what is missing; the rest is compiled code.
import { bootstrap, checkNode } from '../tools/bootstrap.mjs';

checkNode();
await bootstrap();
const { main } = await import('../dist/bench/main.js');
process.exitCode = await main(process.argv.slice(2));
