import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type TestDatabase, type TestVhost, testDatabase, testTls, testVhost, until } from '#testing';
import { withFreePorts } from '../../test/setup/free-ports.js';
import type { Arguments } from './cli/options.js';
import { reset } from './cli/reset.js';
import { stop } from './cli/stop.js';
import { resetStack, Stack } from './stack.js';
import { parseTopology } from './topology.js';

/* A tree on databases and brokers that an operator has already, reached with TLS and his own authority. */

const sources = join(import.meta.dirname, '../..');
const tls = testTls();
const brokerTls = { ca: tls.ca, cert: tls.cert, key: tls.key };
const databaseTls = { ca: tls.ca };

let directory: string;
let databases: TestDatabase[];
let vhosts: TestVhost[];
let stack: Stack;
beforeAll(async () => {
  directory = mkdtempSync(join(process.env.CANOPY_TEST_DIRECTORY ?? tmpdir(), 'existing-'));
  databases = [await testDatabase(), await testDatabase()];
  vhosts = [await testVhost(), await testVhost()];
  const servers = (index: number) => ({
    database: tls.url(databases[index]!.url),
    databaseTls,
    broker: tls.url(vhosts[index]!.url),
    brokerTls,
  });
  const west = { name: 'west', ...servers(1), hosts: [{ name: 'w1' }] };
  const topology = parseTopology(await withFreePorts({ driver: 'fake', ...servers(0), cells: [west] }));
  stack = await Stack.open({ directory, sources, topology });
  await stack.up();
}, 240_000);
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  await resetStack(directory, sources);
  rmSync(directory, { recursive: true, force: true });
  for (const one of [...databases, ...vhosts]) await one.drop();
});

/** What a command of `npm run` prints. */
const said = async (command: (options: Arguments, from: string) => Promise<number>): Promise<string> => {
  const lines: string[] = [];
  vi.spyOn(console, 'log').mockImplementation(line => void lines.push(String(line)));
  expect(await command({ command: 'stop', extra: [], demo: false, detach: false, directory }, sources)).toBe(0);
  return lines.join('\n');
};

const migrations = async (database: TestDatabase): Promise<number> => {
  const connection = await createConnection({ uri: database.url });
  const [rows] = await connection.query('SELECT * FROM schema_migrations');
  await connection.end();
  return Array.isArray(rows) ? rows.length : 0;
};

describe.sequential('a tree on databases and brokers that are there already', () => {
  it('is raised on them, with no server of its own, and its host is heard at the top', async () => {
    expect(await stack.hostsReported({ timeoutMs: 60_000 })).toBe(1);
    expect(stack.serviceNames()).toEqual(['api.cell', 'api.west.cell', 'api.west.host-w1']);
  });

  it('is stopped without them: they serve on, with what is in them', async () => {
    expect(await said(stop)).toContain('Stopped 3 processes');
    for (const database of databases) expect(await migrations(database)).toBeGreaterThan(0);
    for (const vhost of vhosts) await until(async () => (await vhost.channels()) === 0, { timeoutMs: 30_000 });
  });

  it('is removed without them, and they are named without their accounts', async () => {
    const output = await said(reset);
    expect(output).toContain(`Removed ${directory}`);
    for (const { name } of [...databases, ...vhosts]) expect(output).toMatch(new RegExp(`^  (mysql|amqps)://localhost:\\d+/${name}$`, 'm'));
    for (const database of databases) expect(await migrations(database)).toBeGreaterThan(0);
  });
});
