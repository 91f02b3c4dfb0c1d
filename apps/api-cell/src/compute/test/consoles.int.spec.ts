import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONSOLE_PROXY, type ComputeApiFixture, computeApiFixture } from './compute-api.fixture.js';
import { HOST } from './played-host.fixture.js';

let api: ComputeApiFixture;
beforeAll(async () => {
  api = await computeApiFixture();
});
afterAll(() => api?.stop());

const UNKNOWN = '99999999-0000-4000-8000-000000000000';
const consoleOf = (id: string, protocol: string, type: string, version = '2.8', token = 'member') =>
  api.ask('POST', `/v2.1/servers/${id}/remote-consoles`, { body: { remote_console: { protocol, type } }, version, token });
const act = (id: string, body: object, version = '2.5') => api.ask('POST', `/v2.1/servers/${id}/action`, { body, version });
const tokenIn = (url: string): string => /token(?:=|%3D)([0-9a-f-]{36})$/.exec(url)?.[1] ?? '';
const shown = (token: string, version = '2.31', as = 'admin') =>
  api.ask('GET', `/v2.1/os-console-auth-tokens/${token}`, { version, token: as });

describe('a remote console', () => {
  it('is a URL of the proxy with a token that opens this server and this type', async () => {
    const id = await api.boot();
    const screen = await consoleOf(id, 'vnc', 'novnc');
    expect(screen.status).toBe(200);
    expect(screen.json.remote_console).toMatchObject({ protocol: 'vnc', type: 'novnc' });
    expect(screen.json.remote_console.url).toMatch(new RegExp(`^${CONSOLE_PROXY}/vnc_lite.html\\?path=%3Ftoken%3D[0-9a-f-]{36}$`));
    expect(await api.consoleTokens.open(tokenIn(screen.json.remote_console.url))).toEqual({ instanceUuid: id, type: 'novnc' });
    const line = await consoleOf(id, 'serial', 'serial', '2.6');
    expect(line.json.remote_console.url).toMatch(/^wss:\/\/consoles\.example\.org\/\?token=[0-9a-f-]{36}$/);
    expect(await api.consoleTokens.open(tokenIn(line.json.remote_console.url))).toEqual({ instanceUuid: id, type: 'serial' });
  });

  it('is an action of its own up to 2.5', async () => {
    const id = await api.boot();
    const screen = await act(id, { 'os-getVNCConsole': { type: 'novnc' } }, '2.1');
    expect([screen.status, screen.json.console.type]).toEqual([200, 'novnc']);
    expect((await act(id, { 'os-getSerialConsole': { type: 'serial' } })).json.console.url).toMatch(/^wss:/);
    expect((await act(id, { 'os-getVNCConsole': { type: 'novnc' } }, '2.6')).status).toBe(404);
    expect((await consoleOf(id, 'vnc', 'novnc', '2.5')).status).toBe(404);
  });

  it.each([
    ['spice', 'spice-html5', '2.6', 'Unavailable console type spice-html5.'],
    ['rdp', 'rdp-html5', '2.6', 'Unavailable console type rdp-html5.'],
    ['vnc', 'xvpvnc', '2.6', 'Unavailable console type xvpvnc.'],
    ['mks', 'webmks', '2.8', 'Unavailable console type webmks.'],
    ['vnc', 'serial', '2.6', 'Invalid console type serial'],
    ['mks', 'webmks', '2.7', undefined],
    ['vnc', 'nothing', '2.6', undefined],
  ])('of %s, %s is refused at %s', async (protocol, type, version, message) => {
    const reply = await consoleOf(await api.boot(), protocol, type, version);
    expect(reply.status).toBe(400);
    if (message !== undefined) expect(reply.json.badRequest.message).toBe(message);
  });

  it('is unavailable where the guest has no such line, and a conflict while it does not run', async () => {
    const id = await api.boot();
    api.gateway.serialLines = false;
    expect((await consoleOf(id, 'serial', 'serial')).json.badRequest.message).toBe('Unavailable console type serial.');
    api.gateway.serialLines = true;
    await act(id, { 'os-stop': null });
    expect((await consoleOf(id, 'vnc', 'novnc')).status).toBe(409);
  });

  it('is for those who may change the server', async () => {
    const id = await api.boot();
    expect((await consoleOf(id, 'vnc', 'novnc', '2.6', 'reader')).status).toBe(403);
    expect((await consoleOf(id, 'vnc', 'novnc', '2.6', 'other')).status).toBe(404);
    expect((await consoleOf(UNKNOWN, 'vnc', 'novnc')).status).toBe(404);
  });
});

describe('a console token', () => {
  const issue = async (): Promise<{ id: string; token: string }> => {
    const id = await api.boot();
    return { id, token: tokenIn((await consoleOf(id, 'vnc', 'novnc')).json.remote_console.url) };
  };

  it('tells administrators of its server and host', async () => {
    const { id, token } = await issue();
    expect((await shown(token)).json).toEqual({ console: { instance_uuid: id, host: HOST.host, port: 0, internal_access_path: null } });
    expect((await shown(token, '2.30')).status).toBe(400);
    expect((await shown(token, '2.31', 'member')).status).toBe(403);
    expect((await shown(UNKNOWN)).status).toBe(404);
  });

  it('is not in the database', async () => {
    const { token } = await issue();
    const rows: object[] = await api.dataSource.query('SELECT * FROM console_auth_tokens');
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toContain(token);
  });

  it('dies with its server', async () => {
    const { id, token } = await issue();
    await api.ask('DELETE', `/v2.1/servers/${id}`);
    expect(await api.consoleTokens.open(token)).toBeUndefined();
    expect((await shown(token)).status).toBe(404);
  });

  it('dies with its time, and is swept away by later ones', async () => {
    const { token } = await issue();
    await api.clock.advance(600_001);
    expect(await api.consoleTokens.open(token)).toBeUndefined();
    await issue();
    const [{ n }] = await api.dataSource.query('SELECT COUNT(*) AS n FROM console_auth_tokens');
    expect(Number(n)).toBe(1);
  });
});

describe('diagnostics', () => {
  const measured = (id: string, version?: string, token = 'admin') => api.ask('GET', `/v2.1/servers/${id}/diagnostics`, { version, token });

  it('are what libvirt calls them up to 2.47', async () => {
    const { status, json } = await measured(await api.boot(), '2.47');
    expect(status).toBe(200);
    expect(json).toEqual({
      cpu0_time: 17_300_000_000,
      vda_read: 262_144,
      vda_read_req: 112,
      vda_write: 5_778_432,
      vda_write_req: 488,
      vnet1_rx: 2_070_139,
      vnet1_rx_packets: 26_701,
      vnet1_rx_errors: 0,
      vnet1_rx_drop: 0,
      vnet1_tx: 140_208,
      vnet1_tx_packets: 662,
      vnet1_tx_errors: 0,
      vnet1_tx_drop: 0,
      memory: 524_288,
      'memory-actual': 262_144,
    });
  });

  it('are the same for every hypervisor from 2.48 on', async () => {
    const { json } = await measured(await api.boot({ config_drive: true }), '2.48');
    expect(json).toMatchObject({
      state: 'running',
      driver: 'libvirt',
      hypervisor: 'kvm',
      config_drive: true,
      uptime: 60,
      num_cpus: 1,
      num_disks: 1,
      num_nics: 1,
      memory_details: { maximum: 512, used: 256 },
      cpu_details: [{ id: 0, time: 17_300_000_000, utilisation: null }],
      disk_details: [{ read_bytes: 262_144, errors_count: null }],
      nic_details: [{ mac_address: 'fa:16:3e:01:02:03', rx_octets: 2_070_139, rx_rate: null }],
    });
  });

  it('are for administrators, of servers that run', async () => {
    const id = await api.boot();
    expect((await measured(id, '2.48', 'member')).status).toBe(403);
    expect((await measured(UNKNOWN)).status).toBe(404);
    await act(id, { 'os-stop': null });
    expect((await measured(id)).status).toBe(409);
  });
});

describe('the topology', () => {
  const topology = (id: string, version = '2.78', token = 'reader') => api.ask('GET', `/v2.1/servers/${id}/topology`, { version, token });

  it('of a server that is bound to no NUMA node is empty', async () => {
    const id = await api.boot();
    expect((await topology(id)).json).toEqual({ nodes: [], pagesize_kb: null });
    expect((await topology(id, '2.77')).status).toBe(404);
    expect((await topology(id, '2.78', 'other')).status).toBe(404);
  });
});
