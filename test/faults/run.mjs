// npm run test:faults: breaks a whole tree of cells for a while, and then looks whether anything is lost. Installs and builds what is
// missing; the rest is compiled code.
import { bootstrap, checkNode } from '../../tools/bootstrap.mjs';

checkNode();
if (!process.env.CANOPY_FAULTS_INSIDE) await bootstrap({ build: !process.argv.includes('--no-build') });
const { main } = await import('../../dist/test/faults/main.js');
process.exitCode = await main(process.argv.slice(2));
