import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import { afterEach, expect, it } from 'vitest';

/** The compiled library, as services use it; `npm run build` has made it. */
const LIBRARY = pathToFileURL('dist/libs/service-runtime/src/index.js').href;

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** Runs a service whose start is this source, and collects what it writes. */
const service = (start: string, options = '') => {
  const source = `import { runService } from '${LIBRARY}'; await runService('probe', async () => { ${start} }, { ${options} });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', text => {
    output += text;
  });
  const says = async (words: string) => {
    while (!output.includes(words) && child.exitCode === null && child.stdout)
      await Promise.race([once(child.stdout, 'data'), once(child, 'close')]);
    expect(output).toContain(words);
  };
  const ends = async (): Promise<number | null> => (child.exitCode === null ? (await once(child, 'close'))[0] : child.exitCode);
  return { child, says, ends };
};

const ALIVE = 'const alive = setInterval(() => {}, 1000);';

it('SIGTERM stops the service and ends it with 0', async () => {
  const { child, says, ends } = service(`${ALIVE} return { stop: async () => { console.log('let go'); clearInterval(alive); } };`);
  await says('"msg":"ready"');
  child.kill('SIGTERM');
  expect(await ends()).toBe(0);
  await says('let go');
});

it('a stop that does not end is ended by its bound', async () => {
  const { child, says, ends } = service(`${ALIVE} return { stop: () => new Promise(() => {}) };`, 'stopTimeoutMs: 200');
  await says('"msg":"ready"');
  child.kill('SIGINT');
  expect(await ends()).toBe(1);
  await says('not stopped in time');
});

it('a service that cannot start says why and ends with 1', async () => {
  const { says, ends } = service("throw new Error('no database');");
  expect(await ends()).toBe(1);
  await says('no database');
});

it('a rejection that nobody handles is logged and ends the process', async () => {
  const { says, ends } = service(`${ALIVE} setTimeout(() => Promise.reject(new Error('forgotten')), 20); return { stop: async () => {} };`);
  expect(await ends()).toBe(1);
  await says('forgotten');
});
