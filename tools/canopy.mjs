#!/usr/bin/env node
// The command `canopy`: see tools/canopy. It is compiled with the rest, so a fresh clone must be built once before it runs.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const compiled = new URL('../dist/tools/canopy/main.js', import.meta.url);
if (existsSync(fileURLToPath(compiled))) {
  const { main } = await import(compiled);
  process.exitCode = await main(process.argv.slice(2));
} else {
  console.error('canopy: it is not built yet: run npm ci && npm run build in its directory');
  process.exitCode = 1;
}
