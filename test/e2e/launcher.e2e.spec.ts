import { execFile } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { withFreePorts } from '../setup/free-ports.js';
import { sources, temporaryDirectory } from './e2e-stack.js';

const TREE = { driver: 'fake', servers: { shared: true }, cells: [{ name: 'west', cells: [{ name: 'a', hosts: [{ name: 'a1' }] }] }] };
const LAUNCH_MS = 150_000;

let directory: string;
let topology: string;
let ports: Record<string, number>;

beforeAll(async () => {
  directory = temporaryDirectory();
  topology = `${directory}.yaml`;
  const tree = await withFreePorts(TREE);
  ports = Object(tree.listen);
  writeFileSync(topology, stringify(tree));
});
afterAll(async () => {
  await launcher('reset');
  rmSync(topology, { force: true });
  rmSync(directory, { recursive: true, force: true });
});

/** What a user sees of `npm start`, `npm run stop` and so on. */
const launcher = (...args: string[]) =>
  new Promise<{ code: number; output: string }>(resolve => {
    const command = [join(sources, 'tools/start.mjs'), ...args, '--directory', directory, '--no-build'];
    execFile(process.execPath, command, { timeout: LAUNCH_MS, cwd: sources }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? 1 : 0, output: stdout + stderr });
    });
  });

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

  it('after a stop, starts again and finds the server as it was', async () => {
    expect((await launcher('stop')).output).toContain('Stopped 7 processes');
    expect((await launcher('status')).code).toBe(1);
    const { output } = await launcher('start', '--detach');
    expect(output).toMatch(/the server 'hello' of an earlier start is there: ACTIVE on host .*a1/);
  });

  it('reset stops it and removes all its data', async () => {
    expect((await launcher('reset')).output).toContain(`Removed ${directory}`);
    expect((await launcher('status')).output).toContain('Nothing has been started');
  });
});
