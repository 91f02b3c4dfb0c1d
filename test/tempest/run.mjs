// npm run test:tempest: judges a cloud of its own by tempest, the test suite of Nova's own people. Installs and builds what is missing;
// the rest is compiled code.
import { bootstrap } from '../../tools/bootstrap.mjs';

await bootstrap({ build: !process.argv.includes('--no-build') });
const { main } = await import('../../dist/test/tempest/main.js');
process.exitCode = await main(process.argv.slice(2));
