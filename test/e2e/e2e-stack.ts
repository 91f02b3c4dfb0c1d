import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { until } from '#testing';
import { CloudClient } from '../../tools/stack/demo/cloud-client.js';
import { clientEnvironment } from '../../tools/stack/openrc.js';
import { resetStack, Stack } from '../../tools/stack/stack.js';
import { parseTopology } from '../../tools/stack/topology.js';
import { withFreePorts } from '../setup/free-ports.js';

const run = promisify(execFile);
export const sources = join(import.meta.dirname, '../..');
const COMMAND_MS = 120_000;
/** A cell joins within this time. */
const CANOPY_MS = 240_000;

/** Its name is short: guests' serial lines are sockets below it, whose names may have 107 bytes. */
export const temporaryDirectory = (): string => mkdtempSync(join(process.env.CANOPY_TEST_DIRECTORY ?? tmpdir(), 'e2e-'));

/** A whole tree of cells on free ports in a temporary directory. */
export class E2eStack {
  private readonly client: CloudClient;

  private constructor(
    readonly directory: string,
    readonly stack: Stack,
  ) {
    this.client = new CloudClient(stack.endpoints, stack.adminPassword);
  }

  static async raise(tree: object): Promise<E2eStack> {
    const directory = temporaryDirectory();
    const stack = await Stack.open({ directory, sources, topology: parseTopology(await withFreePorts(tree)) });
    try {
      await stack.up();
      await stack.hostsReported({ timeoutMs: 90_000 });
    } catch (error) {
      await resetStack(directory, sources);
      throw error;
    }
    return new E2eStack(directory, stack);
  }

  /** Debian's own client, as a user calls it. @throws Error with what it printed */
  async openstack(...args: string[]): Promise<string> {
    const env = {
      PATH: process.env.PATH,
      HOME: this.directory,
      LANG: 'C.UTF-8',
      PYTHONWARNINGS: 'ignore',
      ...clientEnvironment(this.stack.endpoints, this.stack.adminPassword),
    };
    try {
      const { stdout } = await run('openstack', args, { env, timeout: COMMAND_MS, maxBuffer: 16 * 1024 * 1024 });
      return stdout;
    } catch (error) {
      const output = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
      throw new Error(`openstack ${args.join(' ')}: ${output.trim().split('\n').slice(-5).join('\n')}`);
    }
  }

  /** The same, with its JSON output. */
  async json<T = Record<string, unknown>>(...args: string[]): Promise<T> {
    const text = await this.openstack(...args, '-f', 'json');
    try {
      return JSON.parse(text);
    } catch {
      throw new Error(`openstack ${args.join(' ')} printed no JSON: ${text.slice(0, 400)}`);
    }
  }

  /** The command `canopy`, as an operator sees it. */
  canopy(...args: string[]): Promise<{ code: number; out: string; err: string }> {
    const env = { PATH: process.env.PATH, ...clientEnvironment(this.stack.endpoints, this.stack.adminPassword) };
    const command = [join(sources, 'tools/canopy.mjs'), ...args];
    return new Promise(resolve => {
      execFile(process.execPath, command, { env, timeout: CANOPY_MS }, (error, out, err) =>
        resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, out, err }),
      );
    });
  }

  /** The same, with its JSON output. @throws Error with what it printed when it failed */
  async canopyJson(...args: string[]) {
    const { code, out, err } = await this.canopy(...args, '-o', 'json');
    if (code !== 0 || err !== '') throw new Error(`canopy ${args.join(' ')} ended with ${code}: ${err}`);
    return JSON.parse(out);
  }

  /** Waits until a server is in this status. It asks the API itself: each start of the client costs seconds on a small machine. */
  async reaches(name: string, status: string): Promise<void> {
    const client = await this.client.loggedIn();
    const reached = async () => (await client.findServer(name))?.status === status;
    await until(reached, { timeoutMs: 90_000, everyMs: 250, what: `${name} being ${status}` });
  }

  /** The same by its id, which also finds what lists leave out. */
  async becomes(id: string, status: string): Promise<void> {
    const client = await this.client.loggedIn();
    const become = async () => (await client.server(id)).status === status;
    await until(become, { timeoutMs: 90_000, everyMs: 250, what: `server ${id} being ${status}` });
  }

  /** Waits until the guest of a server has said this on its console; emulated, it takes a while to boot. */
  async says(id: string, text: RegExp): Promise<void> {
    const client = await this.client.loggedIn();
    const said = async () => text.test(await client.consoleOutput(id, 50).catch(() => ''));
    await until(said, { timeoutMs: 180_000, everyMs: 500, what: `server ${id} saying ${text}` });
  }

  /** The tiny guest counts its boots on its disk, and says so last: it has booted as often as this, and no more. */
  boots(id: string, times: number | string): Promise<void> {
    return this.says(id, new RegExp(`boot ${times},(?!.*boot \\d)`, 's'));
  }

  /** Where a browser opens a console of a server. */
  async consoleUrl(name: string, type: 'novnc' | 'serial'): Promise<URL> {
    const { url } = await this.json<{ url: string }>('console', 'url', 'show', `--${type}`, name);
    return new URL(url);
  }

  /** Waits until the top counts so many hosts as up, by the reports of their cells: what an operator said of a host is known there by then. */
  async countsHosts(count: number): Promise<void> {
    const client = await this.client.loggedIn();
    const counted = async () => (await client.hostsWithRoom()) === count;
    await until(counted, { timeoutMs: 90_000, everyMs: 250, what: `${count} hosts being up` });
  }

  /** The host that has a server, as the API tells it. */
  async hostOf(id: string): Promise<string> {
    const client = await this.client.loggedIn();
    return (await client.server(id))['OS-EXT-SRV-ATTR:host'] ?? '';
  }

  async down(): Promise<void> {
    await resetStack(this.directory, sources);
    rmSync(this.directory, { recursive: true, force: true });
  }
}
