import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Io } from './io.js';
import { main } from './main.js';

/** What the cloud answers, by method and path; and what it was asked. */
let answers: Record<string, { status?: number; body?: unknown }>;
let asked: { request: string; token: string | undefined; body: unknown }[];
let server: Server;
let url: string;
let out: string[];
let err: string[];

beforeEach(async () => {
  [answers, asked, out, err] = [{}, [], [], []];
  server = createServer(async (request, response) => {
    const body = await textOf(request);
    const key = `${request.method} ${request.url}`;
    asked.push({ request: key, token: String(request.headers['x-auth-token'] ?? ''), body: body && JSON.parse(body) });
    const answer = answers[key] ?? { status: 404, body: { itemNotFound: { code: 404, message: `no ${key}` } } };
    response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', 'x-subject-token': 'a-token' });
    response.end(answer.body === undefined ? undefined : JSON.stringify(answer.body));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', () => resolve()));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  answers['GET /v3'] = { body: {} };
  answers['POST /v3/auth/tokens'] = {
    status: 201,
    body: {
      token: {
        expires_at: '2026-11-24T00:00:00Z',
        roles: [{ name: 'admin' }],
        catalog: ['compute', 'image', 'identity'].map(type => ({
          type,
          endpoints: [{ interface: 'public', region_id: 'RegionOne', url: `${url}/v2.1/` }],
        })),
      },
    },
  };
});
afterEach(() => new Promise(resolve => server.close(resolve)));

const textOf = async (request: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
};

const io = (env: Record<string, string>): Io => ({
  env,
  interactive: false,
  print: line => out.push(line),
  error: line => err.push(line),
  overwrite: () => undefined,
});
const admin = () => ({
  OS_AUTH_URL: url,
  OS_USERNAME: 'admin',
  OS_PASSWORD: 'a-password',
  OS_PROJECT_NAME: 'admin',
  OS_REGION_NAME: 'RegionOne',
});
const canopy = (...args: string[]) => main(args, io(admin()));

const leaf = {
  path: 'api!west!a',
  health: 'mute',
  age_seconds: 300,
  hosts_up: 1,
  hosts_down: 1,
  instances: 2,
  queues: { outbox: 0, parked: 3 },
};
const tree = {
  cell: {
    path: 'api',
    health: 'up',
    age_seconds: 0,
    hosts_up: 1,
    hosts_down: 0,
    instances: 2,
    versions: { software: '0.1.0' },
    queues: { outbox: 0, parked: 0 },
    children: [{ path: 'api!west', health: 'up', age_seconds: 2, children: [leaf] }],
  },
};

describe('canopy', () => {
  it('draws the tree for people, and gives programs what the cloud answered', async () => {
    answers['GET /v2.1/os-cells/tree'] = { body: tree };
    expect(await canopy('cell', 'tree')).toBe(0);
    expect(out[0]).toMatch(/^CELL +HEALTH +AGE +LAG +HOSTS +SERVERS +OUTBOX +PARKED +VERSION$/);
    expect(out[1]).toMatch(/^api +up +0 s/);
    expect(out[2]).toMatch(/^└─ west +up +2 s/);
    expect(out[3]).toMatch(/^ {3}└─ a +mute +5 min +- +1\/2 +2 +0 +3/);
    out.length = 0;
    expect(await canopy('cell', 'tree', '-o', 'json')).toBe(0);
    expect(JSON.parse(out.join('\n'))).toMatchObject(tree.cell);
    expect(asked.at(-1)).toMatchObject({ request: 'GET /v2.1/os-cells/tree', token: 'a-token' });
  });

  it('status is 1 when something is unhealthy, and says what to do', async () => {
    answers['GET /v2.1/os-cells/tree'] = { body: tree };
    expect(await canopy('status')).toBe(1);
    expect(out.join('\n')).toContain('api!west!a has not been heard for 300 s');
    expect(out.join('\n')).toContain("3 messages parked: canopy queue parked --cell 'api!west!a'");
    answers['GET /v2.1/os-cells/tree'] = { body: { cell: { ...tree.cell, children: [] } } };
    expect(await canopy('status')).toBe(0);
  });

  it.each([
    [{ health: 'incompatible' }, "api!b speaks no protocol of its parent's: upgrade the older of the two"],
    [
      { refused_hosts: [{ host: 'h1', reason: 'h1 speaks protocol 3, this cell 1' }] },
      'api!b refuses a host: h1 speaks protocol 3, this cell 1',
    ],
  ])('status and doctor say who does not understand whom: %j', async (told, line) => {
    const child = { path: 'api!b', health: 'up', age_seconds: 2, ...told };
    answers['GET /v2.1/os-cells/tree'] = { body: { cell: { ...tree.cell, children: [child] } } };
    expect(await canopy('status')).toBe(1);
    expect(out.at(-1)).toBe(line);
    out.length = 0;
    await canopy('doctor');
    expect(out.find(one => one.includes('cell api!b'))).toMatch(/^(warn|fail) .*(protocol)/);
  });

  it('has what cells differ in mended, as far as it is asked to', async () => {
    answers['POST /v2.1/os-cells/sync_instances'] = { body: undefined };
    expect(await canopy('cell', 'sync')).toBe(0);
    expect(asked.at(-1)?.body).toEqual({});
    await canopy('cell', 'sync', '--project', 'p', '--updated-since', '2026-11-23T00:00:00Z', '--no-deleted', '--dry-run');
    const narrowed = { project_id: 'p', updated_since: '2026-11-23T00:00:00Z', deleted: false, dry_run: true };
    expect(asked.at(-1)?.body).toEqual(narrowed);
  });

  it('escapes the path of a cell, and sends what is to change', async () => {
    const path = '/v2.1/os-cells/west%21a';
    answers[`PUT ${path}`] = { body: { cell: { name: 'a', servers: 2, remaining_servers: ['u1', 'u2'] } } };
    expect(await canopy('cell', 'drain', 'west!a')).toBe(0);
    expect(asked.at(-1)).toMatchObject({ request: `PUT ${path}`, body: { cell: { draining: 100 } } });
    expect(out).toEqual(['west!a gets no new servers; it has 2 servers', '  u1', '  u2']);
    await canopy('cell', 'disable', 'west!a', '--reason', 'dust');
    expect(asked.at(-1)?.body).toEqual({ cell: { enabled: false, disabled_reason: 'dust' } });
    await canopy('cell', 'set', 'west!a', '--weight-offset', '-2', '--quota-cores', '8');
    expect(asked.at(-1)?.body).toEqual({ cell: { weight_offset: -2, quota: { cores: 8 } } });
    await canopy('cell', 'set', 'west!a', '--no-quota');
    expect(asked.at(-1)?.body).toEqual({ cell: { quota: null } });
  });

  it('makes a cell below the one that its path names', async () => {
    answers['POST /v2.1/os-cells'] = {
      body: { cell: { name: 'b', path: 'api!west!b' }, join_token: 'canopy1.x', expires_at: '2026-11-24T00:00:00Z' },
    };
    expect(await canopy('cell', 'create', 'west!b', '--expires', '2')).toBe(0);
    expect(asked.at(-1)?.body).toEqual({ cell: { name: 'b', parent: 'west', expires_in: 7200 } });
    expect(out.join('\n')).toContain('npx canopy cell join canopy1.x');
  });

  it('lists and steers the hosts of a cell', async () => {
    const host = { name: 'a1', zone: 'nova', enabled: false, disabled_reason: 'disks', forced_down: true, up: false, servers: 2 };
    answers['GET /v2.1/os-cells/west%21a/hosts'] = { body: { hosts: [{ ...host, vcpus: 8, vcpus_used: 2 }] } };
    answers['PUT /v2.1/os-cells/west%21a/hosts/a1'] = { body: { host } };
    expect(await canopy('host', 'list', 'west!a')).toBe(0);
    expect(out[1]).toMatch(/^a1 +nova +forced down +disabled +disks +2 +2 of 8 +\? of \?$/);
    const bodyOf = async (...args: string[]) => {
      expect(await canopy('host', ...args)).toBe(0);
      return asked.at(-1)?.body;
    };
    expect(await bodyOf('disable', 'west!a', 'a1', '--reason', 'disks')).toEqual({ host: { enabled: false, disabled_reason: 'disks' } });
    expect(await bodyOf('enable', 'west!a', 'a1')).toEqual({ host: { enabled: true } });
    expect(await bodyOf('force-down', 'west!a', 'a1')).toEqual({ host: { forced_down: true } });
    expect(await bodyOf('force-down', 'west!a', 'a1', '--undo')).toEqual({ host: { forced_down: false } });
  });

  it('finds a flavor by its name', async () => {
    answers['GET /v2.1/flavors?is_public=None'] = { body: { flavors: [{ id: '7', name: 'm1.tiny' }] } };
    answers['GET /v2.1/os-cells/fit?flavor=7&zone=z1'] = { body: { fit: { flavor: '7', total: 5, cells: [{ path: 'api!a', fits: 5 }] } } };
    expect(await canopy('fit', 'm1.tiny', '--zone', 'z1')).toBe(0);
    expect(out.at(-1)).toBe('5 more of flavor m1.tiny would fit');
  });

  it('tells of every server of a request, however many pages they take', async () => {
    const level = (chosen: string) => ({
      cell: 'api',
      among: 'cells',
      at: '2026-11-23T00:00:00.000Z',
      candidates: [
        { name: chosen, verdicts: [], weights: [], weight: 1.5, chosen: true },
        { name: 'full', verdicts: [{ filter: 'CellCapacityFilter', passed: false, reason: 'no room' }] },
      ],
      chosen,
      nearest_miss: { name: 'full', needs: {}, text: 'needs 2048 MB more on full' },
    });
    const story = (instance: string, chosen: string) => ({ instance, request_id: 'req-1', levels: [level(chosen)], unreachable: [] });
    const whole = { instance: null, request_id: 'req-1', levels: [], unreachable: [] };
    answers['GET /v2.1/os-cells/explain/req-1'] = { body: { explain: { ...whole, servers: [story('u1', 'west')], next: 'u1' } } };
    answers['GET /v2.1/os-cells/explain/req-1?marker=u1'] = { body: { explain: { ...story('u2', 'east'), unreachable: ['api!east'] } } };
    expect(await canopy('explain', 'req-1')).toBe(0);
    expect(out.join('\n')).toBe(`server u1, req-1

api chose west among 2 cells at 2026-11-23T00:00:00Z
  → west  weight 1.5
  ✗ full
      CellCapacityFilter: no room
  nearest miss: needs 2048 MB more on full

server u2, req-1

api chose east among 2 cells at 2026-11-23T00:00:00Z
  → east  weight 1.5
  ✗ full
      CellCapacityFilter: no room
  nearest miss: needs 2048 MB more on full
api!east did not answer: what it decided is not shown`);
  });

  it('tells of a server that found no place what is missing now', async () => {
    const level = (cell: string, among: string, miss: string) => ({
      cell,
      among,
      candidates: [{ name: 'a1', verdicts: [{ filter: 'Room', passed: false, reason: 'no room' }] }],
      chosen: null,
      nearest_miss: { name: 'a1', needs: {}, text: miss },
    });
    const levels = [level('api', 'cells', 'a1: no room for it')];
    const now = { levels: [level('api!a', 'hosts', 'needs 2048 MB more on a1')], unreachable: ['api!b'], place: null };
    answers['GET /v2.1/os-cells/explain/u1'] = { body: { explain: { instance: 'u1', levels, unreachable: [], now } } };
    expect(await canopy('explain', 'u1')).toBe(0);
    expect(out.join('\n')).toContain(`  nearest miss: a1: no room for it

asked for now, it would find no place either:

api!a chose none among 1 hosts
  ✗ a1
      Room: no room
  nearest miss: needs 2048 MB more on a1
api!b does not answer: nobody knows what it would say`);

    answers['GET /v2.1/os-cells/explain/u1'] = { body: { explain: { instance: 'u1', levels, now: { levels, place: 'api!a@a1' } } } };
    out.length = 0;
    expect(await canopy('explain', 'u1')).toBe(0);
    expect(out.at(-1)).toMatch(/asked for now, it would go to api!a@a1$/);
  });

  it('shows what is free by flavor and by kind of host', async () => {
    const pool = { availability_zone: 'z1', hypervisor_type: 'QEMU', hosts: 2, total: { vcpus: 8, ram_mb: 4096, disk_gb: 80 } };
    const cell = {
      capacities: { ram_free: { total_mb: 3072, units_by_mb: {} }, disk_free: { total_mb: 71_680, units_by_mb: {} } },
      hosts_up: 2,
      hosts_down: 0,
      flavors: [{ id: '1', name: 'm1.tiny', fits: 6 }],
      pools: [{ ...pool, used: { vcpus: 2, ram_mb: 1024, disk_gb: 10 } }],
    };
    answers['GET /v2.1/os-cells/west/capacities'] = { body: { cell } };
    expect(await canopy('cell', 'capacity', 'west')).toBe(0);
    expect(out.slice(0, 2)).toEqual(['free: 3.0 GB of memory, 70 GB of disk', 'hosts: 2 up, 0 down']);
    expect(out.map(line => line.split(/ {2,}/))).toEqual(expect.arrayContaining([['m1.tiny', '6']]));
    expect(out.at(-1)).toMatch(/^z1 +QEMU +2 +2 +8 +1024 +4096 +10 +80$/);
  });

  it('replays every parked message in its own cell', async () => {
    answers['GET /v2.1/os-cells/parked?limit=1000'] = { body: { parked: [{ id: 'm/1', cell: 'api!west' }] } };
    answers['POST /v2.1/os-cells/parked/m%2F1/replay?cell=api%21west'] = { body: {} };
    expect(await canopy('queue', 'replay', '--all')).toBe(0);
    expect(out).toEqual(['1 message replayed']);
  });

  it('speaks to one cell alone, with its own token, and logs in nowhere', async () => {
    answers['GET /os-cells/tree'] = { body: tree };
    const directory = mkdtempSync(join(tmpdir(), 'canopy-token-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const file = join(directory, 'admin-token');
    writeFileSync(file, 'a-cell-token\n');
    expect(await main(['--cell-url', url, '--token-file', file, 'cell', 'tree'], io({}))).toBe(0);
    expect(asked).toMatchObject([{ request: 'GET /os-cells/tree', token: 'a-cell-token' }]);
  });

  it('doctor checks one thing per line, and fails when a cell is mute', async () => {
    answers['GET /v2.1/os-cells/tree'] = { body: tree };
    answers['GET /v2.1/servers?limit=1&all_tenants=1'] = { body: { servers: [] } };
    expect(await canopy('doctor')).toBe(1);
    const lines = out.filter(line => /^(ok|warn|fail) /.test(line)).map(line => line.split(/ {2,}/).slice(0, 2).join(' '));
    expect(lines).toEqual(
      expect.arrayContaining(['ok identity', 'ok token', 'ok catalog', 'ok compute API', 'ok cell api', 'fail cell api!west!a']),
    );
    expect(out.find(line => line.startsWith('fail'))).toContain('see whether its machine');
  });
});

describe('what the cloud refuses', () => {
  it('is one line on stderr in its own words, and exit code 1', async () => {
    answers['DELETE /v2.1/os-cells/b'] = { status: 409, body: { conflictingRequest: { code: 409, message: 'there is 1 server in it.' } } };
    expect(await canopy('cell', 'remove', 'b')).toBe(1);
    expect([out, err]).toEqual([[], ['canopy: there is 1 server in it. (canopy cell drain b, or --force)']]);
  });

  it('says what to do about a wrong password, and never repeats it', async () => {
    answers['POST /v3/auth/tokens'] = {
      status: 401,
      body: { error: { code: 401, message: 'The request you have made requires authentication.' } },
    };
    expect(await canopy('cell', 'list')).toBe(1);
    expect(err).toEqual(['canopy: The request you have made requires authentication: check the user name and password (or --token-file)']);
  });

  it('or cannot, because nobody listens', async () => {
    await new Promise(resolve => server.close(resolve));
    expect(await canopy('cell', 'tree')).toBe(1);
    expect(err).toEqual([`canopy: nothing listens at ${url}: start it (npm start), or correct the address`]);
  });
});

describe('a wrong command line', () => {
  it.each([
    [[], 'Usage: canopy'],
    [['cell', 'shwo'], "unknown command 'shwo'"],
    [['cell', 'show'], "missing required argument 'cell'"],
    [['cell', 'tree', '-o', 'xml'], 'Allowed choices are table, json'],
    [['cell', 'drain', 'a', '200'], 'from 0 to 100'],
    [['cell', 'set', 'a'], 'nothing to set'],
    [['cell', 'set', 'a', '--weight-offset', 'x'], '--weight-offset must be a number'],
    [['explain'], 'name a server or a request'],
    [['queue', 'drop'], 'or else --all'],
    [['cell', 'join', 'a', '--hosts', 'x'], '--hosts must be'],
    [['--cell-url', 'ftp://x', 'cell', 'tree'], '--cell-url must be like'],
  ])('%j is exit code 2, and says what is wrong', async (args, told) => {
    expect(await canopy(...args)).toBe(2);
    expect([out.join('\n'), err.join('\n')]).toEqual(['', expect.stringContaining(told)]);
    expect(asked).toEqual([]);
  });

  it('without credentials names the variables', async () => {
    expect(await main(['cell', 'tree'], io({}))).toBe(2);
    expect(err[0]).toContain('source .canopy/openrc');
  });

  it('asking for help is none, and shows examples', async () => {
    expect(await canopy('cell', 'drain', '--help')).toBe(0);
    expect(out.join('\n')).toContain("canopy cell drain 'west!a' 50");
  });
});
