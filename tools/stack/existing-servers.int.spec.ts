import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type TestDatabase, type TestVhost, testDatabase, testTls, testVhost, until } from '#testing';
import { withFreePorts } from '../../test/setup/free-ports.js';
import type { Arguments } from './cli/options.js';
import { reset } from './cli/reset.js';
import { stop } from './cli/stop.js';
import { CloudClient } from './demo/cloud-client.js';
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
  const tree = await withFreePorts({ driver: 'fake', ...servers(0), cells: [west] });
  const topology = parseTopology({ ...tree, metricsPort: Number(tree.portBase) + 600 });
  stack = await Stack.open({ directory, sources, topology });
  await stack.up();
}, 240_000);
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  await resetStack(directory, sources);
  rmSync(directory, { recursive: true, force: true });
  for (const one of [...databases, ...vhosts]) await one.drop();
});

/** By the process: the API's worker, the cell, the host. */
const told = async (index: number, path: string): Promise<string> =>
  (await fetch(`http://127.0.0.1:${(stack.topology.metricsPort ?? 0) + index}${path}`)).text();

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

  it('builds a server there, and each process counts what it did for it', async () => {
    const client = await new CloudClient(stack.endpoints, stack.adminPassword).loggedIn();
    const image = join(directory, 'image');
    writeFileSync(image, 'nobody boots it');
    const imageRef = await client.uploadImage('tiny', image, {});
    const flavorRef = await client.ensureFlavor({ name: 'small', ram: 64, vcpus: 1, disk: 1 });
    const { id } = await client.createServer({ name: 'mine', imageRef, flavorRef, networks: 'none' });
    await until(async () => (await client.server(id)).status === 'ACTIVE', { timeoutMs: 90_000, what: 'the server being ACTIVE' });
    const [api, west, host] = await Promise.all([0, 1, 2].map(index => told(index, '/metrics')));
    expect(api).toMatch(/canopy_http_requests_total\{api="compute",method="POST",route="[^"]*\/servers",status="202"\} 1\n/);
    expect(api).toMatch(/canopy_builds_total\{outcome="ordered"\} \d/);
    expect(api).toMatch(/canopy_child_silent_seconds\{child="west"\} \d/);
    expect(west).toMatch(/canopy_builds_total\{outcome="active"\} \d/);
    expect(west).toMatch(/canopy_placement_seconds_count\{among="hosts"\} \d/);
    for (const broker of ['own', 'parent']) expect(west).toContain(`canopy_broker_connected{broker="${broker}"} 1\n`);
    expect(host).toContain('canopy_host_reports 1\n');
  });

  it('is well, and says so on every API and beside the metrics', async () => {
    const { identityPort, imagePort, computePort, networkPort } = stack.topology.listen;
    for (const port of [identityPort, imagePort, computePort, networkPort]) {
      expect(await (await fetch(`http://127.0.0.1:${port}/healthcheck`)).text()).toBe('OK');
    }
    expect(await Promise.all([0, 1, 2].map(index => told(index, '/healthcheck')))).toEqual(['OK', 'OK', 'OK']);
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
