import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { until } from '#testing';
import { isRunning, signal } from '../../tools/stack/process/identity.js';
import { ProcessTable } from '../../tools/stack/process/process-table.js';
import { withFreePorts } from '../setup/free-ports.js';
import { sources, temporaryDirectory } from './e2e-stack.js';

const TREE = { driver: 'fake', servers: { shared: true }, cells: [{ name: 'west', cells: [{ name: 'a', hosts: [{ name: 'a1' }] }] }] };
const LAUNCH_MS = 150_000;
const CELL = 'api.west.a.cell';

let directory: string;
let topology: string;
let ports: Record<string, number>;
/** A launcher that looks after the tree, and what it has said. */
let foreground: ChildProcess | undefined;
let said = '';

beforeAll(async () => {
  directory = temporaryDirectory();
  topology = `${directory}.yaml`;
  const tree = await withFreePorts(TREE);
  ports = Object(tree.listen);
  writeFileSync(topology, stringify(tree));
});
afterAll(async () => {
  foreground?.kill('SIGKILL');
  await launcher('reset');
  rmSync(topology, { force: true });
  rmSync(directory, { recursive: true, force: true });
});

const commandOf = (...args: string[]) => [join(sources, 'tools/start.mjs'), ...args, '--directory', directory, '--no-build'];

/** What a user sees of `npm start`, `npm run stop` and so on. */
const launcher = (...args: string[]) =>
  new Promise<{ code: number; output: string }>(resolve => {
    execFile(process.execPath, commandOf(...args), { timeout: LAUNCH_MS, cwd: sources }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? 1 : 0, output: stdout + stderr });
    });
  });

/** As at a terminal: it stays until Ctrl-C. */
const startInForeground = (): ChildProcess => {
  const child = spawn(process.execPath, commandOf('start'), { cwd: sources, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', text => (said += text));
  return child;
};
const says = (text: string) => until(() => said.includes(text), { timeoutMs: LAUNCH_MS, what: `the launcher to say '${text}'` });
const started = () => new ProcessTable(join(directory, 'processes.json'));

const secrets = (): string[] => Object.values(JSON.parse(readFileSync(join(directory, 'secrets.json'), 'utf8')));

describe.sequential('npm start', () => {
  it('says in one line which port is busy, by whom, and what to do; and leaves nothing running', async () => {
    const squatter = createServer().listen(ports.computePort, '127.0.0.1');
    const { code, output } = await launcher('start', '--topology', topology, '--detach');
    await new Promise(resolve => squatter.close(resolve));
    expect(code).toBe(1);
    expect(output).toMatch(
      new RegExp(`canopy: port ${ports.computePort} is in use by .*pid ${process.pid}.*: stop that, or choose another`),
    );
    expect((await launcher('stop')).output).toContain('Nothing was running');
  });

  it('raises the tree, shows each cell’s choice, and the server is ACTIVE; no password is printed', async () => {
    const { code, output } = await launcher('start', '--topology', topology, '--detach');
    expect(output).toMatch(/api +considered the cells west: chose west/);
    expect(output).toMatch(/api!west +considered the cells a: chose a/);
    expect(output).toMatch(/api!west!a +considered the hosts a1: chose a1/);
    expect(output).toMatch(/'hello' is ACTIVE/);
    expect(secrets().length).toBeGreaterThan(5);
    expect(secrets().filter(secret => output.includes(secret))).toEqual([]);
    expect(code).toBe(0);
  });

  it('a second time finds all of it running, and makes no second server', async () => {
    const { code, output } = await launcher('start', '--detach');
    expect(output).toMatch(/cells +3 ready, 3 of them ran already/);
    expect(output).toMatch(/the server 'hello' of an earlier start is there: ACTIVE/);
    expect(code).toBe(0);
  });

  it('status shows every process with its memory', async () => {
    const { code, output } = await launcher('status');
    expect(output).toMatch(/api\.west\.a\.cell +\d+ +\d+\.\d MiB/);
    expect(output).toMatch(/Canopy, its databases and its brokers +7 /);
    expect(code).toBe(0);
  });

  it('after a stop, starts again in the foreground, and finds the server as it was', async () => {
    expect((await launcher('stop')).output).toContain('Stopped 7 processes');
    expect((await launcher('status')).code).toBe(1);
    foreground = startInForeground();
    await says('Press Ctrl-C to stop everything.');
    expect(said).toMatch(/the server 'hello' of an earlier start is there: ACTIVE on host .*a1/);
  });

  it('starts a cell again that was killed', async () => {
    const before = started().get(CELL)!.identity;
    expect(signal(before, 'SIGKILL')).toBe(true);
    await says(`${CELL} restarted`);
    const now = started().get(CELL)!.identity;
    expect(now).not.toEqual(before);
    expect(isRunning(now)).toBe(true);
  });

  it('stops with Ctrl-C all that it had written down, and nothing is left', async () => {
    const running = started().running();
    expect(running.map(({ name }) => name)).toEqual(expect.arrayContaining(['launcher', 'api.cell', CELL]));
    const ended = new Promise(resolve => foreground?.once('close', resolve));
    foreground?.kill('SIGINT');
    expect(await ended).toBe(0);
    expect(running.filter(({ identity }) => isRunning(identity)).map(({ name }) => name)).toEqual([]);
    expect(started().running()).toEqual([]);
  });

  it('reset stops it and removes all its data', async () => {
    expect((await launcher('reset')).output).toContain(`Removed ${directory}`);
    expect((await launcher('status')).output).toContain('Nothing has been started');
  });
});
