// npm test: everything that can be checked, in phases. The last line is `N passed, N failed`; the exit code tells the same.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootstrap, root } from './bootstrap.mjs';

const MINUTE_MS = 60_000;
const bin = name => join(root, 'node_modules/.bin', name);
const directory = mkdtempSync(join(tmpdir(), 'canopy-'));
const totals = { passed: 0, failed: 0 };
let current;
let interrupted = false;

const main = async () => {
  await bootstrap({ build: false });
  await check('format and lint', bin('biome'), ['check', '--error-on-warnings', '.']);
  await check('build', 'npm', ['run', '-s', 'build']);
  await check('types', 'npm', ['run', '-s', 'check:types']);
  await check('import rules', 'npm', ['run', '-s', 'check:imports']);
  await tests('unit tests', 'unit', 10);
  await tests('simulation of whole trees', 'sim', 15);
  await phase('programs that the next tests need', provideSystem);
  await tests('integration tests (real MariaDB and RabbitMQ)', 'int', 15);
  await tests('end to end (whole trees, real clients)', 'e2e', 20);
  await tempest();
  await check('faults on real servers', process.execPath, ['test/faults/run.mjs', '--no-build', '--minutes', '3']);
};

/** A phase that is one test by itself: it passes when the command does. */
const check = (title, command, args) =>
  phase(title, async () => {
    const code = await run(command, args, 10);
    return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  });

/** A phase of vitest. One that finds no test at all has failed: something is wrong with where it looks. */
const tests = (title, project, minutes) =>
  phase(title, async () => {
    const report = join(directory, `${project}.json`);
    const code = await run(
      bin('vitest'),
      // Left to itself vitest keeps one core free, which on a machine with two doubles the time.
      ['run', '--project', project, '--maxWorkers=100%', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
      minutes,
    );
    const { passed, failed } = countsOf(report);
    // A file that cannot be loaded, or a setup that fails, ends vitest with an error but without a failed test.
    if (code !== 0 && failed === 0) return { passed, failed: 1 };
    return passed + failed === 0 ? { passed: 0, failed: 1, note: 'no test was found' } : { passed, failed };
  });

/** Nova's own tests, as many as a few minutes hold. */
const tempest = () =>
  phase("Nova's own tests, a part of them", async () => {
    const report = join(directory, 'tempest.json');
    const code = await run(process.execPath, ['test/tempest/run.mjs', '--no-build', '--subset', '--minutes', '8', '--report', report], 11);
    const outcomes = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')).map(verdict => verdict.outcome) : [];
    const count = outcome => outcomes.filter(one => one === outcome).length;
    return { passed: count('passed'), failed: code !== 0 && count('failed') === 0 ? 1 : count('failed') };
  });

const countsOf = report => {
  if (!existsSync(report)) return { passed: 0, failed: 0 };
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  const brokenFiles = testResults.filter(
    file => file.status === 'failed' && !file.assertionResults.some(test => test.status === 'failed'),
  ).length;
  return { passed: numPassedTests, failed: numFailedTests + brokenFiles };
};

const phase = async (title, work) => {
  if (interrupted) return;
  console.log(`\n=== ${title} ===`);
  const started = performance.now();
  const { passed, failed, note } = await work();
  totals.passed += passed;
  totals.failed += failed;
  console.log(
    `--- ${title}: ${passed} passed, ${failed} failed${note ? ` (${note})` : ''}, ${((performance.now() - started) / 1000).toFixed(1)} s`,
  );
};

const provideSystem = async () => {
  try {
    const { provide } = await import('../dist/tools/setup/install.js');
    const wants = { databases: true, brokers: true, hypervisor: true, image: true, client: true, tempest: true };
    await provide(wants, { sources: root, log: join(directory, 'apt.log'), say: line => console.log(line) });
    return { passed: 1, failed: 0 };
  } catch (error) {
    console.error(error.message);
    return { passed: 0, failed: 1 };
  }
};

/** In a process group of its own, so that all of it can be ended. */
const run = (command, args, minutes) =>
  new Promise(resolve => {
    current = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: true,
      env: { ...process.env, CANOPY_TEST_DIRECTORY: directory },
    });
    const timer = setTimeout(() => {
      console.error(`stopped: it took more than ${minutes} minutes`);
      endCurrent('SIGKILL');
    }, minutes * MINUTE_MS);
    const end = code => {
      clearTimeout(timer);
      current = undefined;
      resolve(code);
    };
    current.once('error', error => {
      console.error(error.message);
      end(1);
    });
    current.once('close', code => end(code ?? 1));
  });

const endCurrent = signal => {
  try {
    if (current) process.kill(-current.pid, signal);
  } catch {
    // It has ended by itself.
  }
};

/** Whatever a killed test has left running is written down under the directory of this run. */
const cleanUp = async () => {
  if (existsSync(join(root, 'dist/tools/stack/reap.js'))) {
    const { reap } = await import('../dist/tools/stack/reap.js');
    await reap(directory, root);
  }
  if (existsSync(join(root, 'dist/test/faults/leftovers.js'))) {
    const { tidyUpLeftovers } = await import('../dist/test/faults/leftovers.js');
    await tidyUpLeftovers(root);
  }
  rmSync(directory, { recursive: true, force: true });
};

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    if (interrupted) return;
    interrupted = true;
    console.error('\ninterrupted: stopping what was started …');
    endCurrent('SIGTERM');
    setTimeout(() => endCurrent('SIGKILL'), 10_000).unref();
  });
}

try {
  await main();
} catch (error) {
  console.error(error);
  totals.failed += 1;
} finally {
  await cleanUp();
}
if (interrupted) totals.failed += 1;
process.exitCode = totals.failed > 0 ? 1 : 0;
console.log(`\n${totals.passed} passed, ${totals.failed} failed`);
