import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const MOST_MS = 300;
const tool = fileURLToPath(new URL('../canopy.mjs', import.meta.url));

/** Processor time, which a busy machine does not stretch as it does the time on the clock. */
const processorMs = (): number => {
  const script = `process.argv = [process.argv[0], ${JSON.stringify(tool)}, '--help'];
    process.once('exit', () => { const { user, system } = process.cpuUsage(); console.error((user + system) / 1000); });
    await import(${JSON.stringify(tool)});`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  expect(stdout).toContain('Usage: canopy');
  return Number(stderr);
};

it('canopy starts within 300 ms', () => {
  expect(Math.min(...Array.from({ length: 5 }, processorMs))).toBeLessThan(MOST_MS);
});
