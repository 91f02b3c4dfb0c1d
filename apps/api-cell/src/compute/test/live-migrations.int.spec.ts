import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Move } from '#contracts';
import { HostMirrorRow, InstanceActionEvent, MigrationRow } from '#database';
import { sampleMove } from '#simulation';
import { until } from '#testing';
import { type ComputeApiFixture, computeApiFixture, type Reply } from './compute-api.fixture.js';
import { addHost, HOST } from './played-host.fixture.js';

let api: ComputeApiFixture;
beforeAll(async () => {
  api = await computeApiFixture();
});
afterAll(() => api?.stop());

const uuidOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const ask = (id: string, wanted: object, version = '2.96', token = 'admin') =>
  api.ask('POST', `/v2.1/servers/${id}/action`, { body: { 'os-migrateLive': wanted }, token, version });
const statusOf = async (answer: ReturnType<typeof ask>) => (await answer).status;
const AUTO = { host: null, block_migration: 'auto' };

/** The record of a live migration of a server. @returns its number */
const keep = async (instanceUuid: string, n: number, change: Partial<Move>): Promise<number> => {
  const move = sampleMove(uuidOf(n), { type: 'live-migration', ...change });
  const { uuid, type, status, sourceHost, destHost, userId, projectId } = move;
  const known = { uuid, instanceUuid, type, status, sourceHost, destHost, userId, projectId };
  const kept = await api.dataSource.manager.insert(MigrationRow, { ...known, createdAt: '1', updatedAt: '1', move: JSON.stringify(move) });
  return Number(kept.identifiers[0]?.id);
};

describe('a live migration', () => {
  it('has the body of its microversion', async () => {
    const old = { host: null, block_migration: true, disk_over_commit: false };
    const forced = { ...AUTO, host: HOST.host, force: true };
    const status = async (wanted: object, version: string) => statusOf(ask(await api.boot(), wanted, version));
    expect([await status(old, '2.24'), await status(old, '2.25'), await status(AUTO, '2.24')]).toEqual([202, 400, 400]);
    expect([await status(AUTO, '2.25'), await status({ block_migration: 'auto' }, '2.25')]).toEqual([202, 400]);
    expect([await status(forced, '2.29'), await status(forced, '2.30'), await status(forced, '2.68')]).toEqual([400, 202, 400]);
    expect(await status({ ...AUTO, force: true }, '2.30')).toBe(400);
    expect(api.gateway.moved.at(-1)?.request).toEqual({ action: 'liveMigrate', host: HOST.host });
  });

  it('takes the disks along, for hosts share none', async () => {
    const { status, json } = await ask(await api.boot(), { ...AUTO, block_migration: false });
    expect([status, json.badRequest.message]).toEqual([400, expect.stringContaining('block_migration')]);
  });

  it('is refused while its host is down, which alone can send it', async () => {
    const id = await api.boot();
    const setUp = (up: boolean) => api.dataSource.manager.update(HostMirrorRow, { host: HOST.host }, { up });
    await setUp(false);
    const { status, json } = await ask(id, AUTO);
    await setUp(true);
    expect([status, json.badRequest.message]).toEqual([400, `Compute service of ${HOST.host} is unavailable at this time.`]);
  });

  it('is refused for unknown hosts, those of other cells, other states, and those who do not manage servers', async () => {
    const id = await api.boot();
    await addHost(api.dataSource, 'api!west', 'w1');
    for (const host of ['nowhere', 'w1']) expect(await statusOf(ask(id, { ...AUTO, host }))).toBe(400);
    expect(await statusOf(ask(id, AUTO, '2.96', 'member'))).toBe(403);
    expect(await statusOf(ask(uuidOf(9), AUTO))).toBe(404);
    await api.ask('POST', `/v2.1/servers/${id}/action`, { body: { 'os-stop': null } });
    const refused = await ask(id, AUTO);
    expect([refused.status, refused.json.conflictingRequest.message]).toEqual([
      409,
      `Cannot 'os-migrateLive' instance ${id} while it is in vm_state stopped`,
    ]);
  });
});

describe('a live migration whose cell has yet to find another host', () => {
  const NO_HOST = 'No valid host was found. There are not enough hosts available.';
  /** What the tree makes of a migration that is asked for: its status so far. */
  const record = (n: number, status: Move['status']) => {
    api.gateway.recordMove = async ({ requestId }, uuid) => {
      await keep(uuid, n, { status, requestId });
      const event = { instanceUuid: uuid, requestId, event: 'conductor_live_migrate_instance', startTime: '1', finishTime: '1' };
      if (status === 'error') await api.dataSource.manager.insert(InstanceActionEvent, { ...event, result: 'Error', details: NO_HOST });
    };
  };
  afterEach(() => {
    api.gateway.recordMove = async () => undefined;
  });
  /** The answer, while time passes. */
  const answerTo = async (answer: Promise<Reply>): Promise<Reply> => {
    let known: Reply | undefined;
    const heard = answer.then(reply => (known = reply));
    const passes = async () => {
      await api.clock.advance(1000);
      return known;
    };
    await until(passes, { timeoutMs: 30_000, what: 'an answer' });
    return heard;
  };

  it('is refused before 2.34 when there is none, and only its record says so later', async () => {
    record(21, 'error');
    const { status, json } = await ask(await api.boot(), AUTO, '2.33');
    expect([status, json.badRequest.message]).toEqual([400, NO_HOST]);
    record(22, 'error');
    expect(await statusOf(ask(await api.boot(), AUTO, '2.34'))).toBe(202);
  });

  it('is waited for before 2.34, a while', async () => {
    record(23, 'accepted');
    const [id, sleeping] = [await api.boot(), api.clock.sleeping];
    const asked = ask(id, AUTO, '2.33');
    await until(() => api.clock.sleeping > sleeping, { timeoutMs: 30_000 });
    await api.dataSource.manager.update(MigrationRow, { uuid: uuidOf(23) }, { status: 'preparing' });
    expect((await answerTo(asked)).status).toBe(202);
    record(24, 'pre-migrating');
    expect((await answerTo(ask(await api.boot(), AUTO, '2.33'))).status).toBe(202);
    record(25, 'pre-migrating');
    expect(await statusOf(ask(await api.boot(), AUTO, '2.34'))).toBe(202);
  });
});

describe('a live migration that is under way', () => {
  const begin = async (n: number, status: 'running' | 'preparing' | 'completed') => {
    const id = await api.boot();
    expect(await statusOf(ask(id, AUTO))).toBe(202);
    const progress = { memoryTotalBytes: 100, memoryProcessedBytes: 60, memoryRemainingBytes: 40 };
    const disk = { diskTotalBytes: 9, diskProcessedBytes: 8, diskRemainingBytes: 1 };
    const number = await keep(id, n, { status, progress: { ...progress, ...disk } });
    return { id, path: `/v2.1/servers/${id}/migrations/${number}`, number };
  };
  const remove = async (path: string, version: string) => (await api.ask('DELETE', path, { token: 'admin', version })).status;
  const complete = async (path: string, version: string, body: object = { force_complete: null }) =>
    (await api.ask('POST', `${path}/action`, { token: 'admin', version, body })).status;

  it('tells how many bytes there are', async () => {
    const { path } = await begin(11, 'running');
    const { migration } = (await api.ask('GET', path, { token: 'admin', version: '2.23' })).json;
    expect(migration).toMatchObject({ status: 'running', memory_total_bytes: 100, memory_remaining_bytes: 40, disk_processed_bytes: 8 });
  });

  it('is aborted from 2.24, before it runs from 2.65', async () => {
    const [running, preparing] = [await begin(12, 'running'), await begin(13, 'preparing')];
    expect([await remove(running.path, '2.23'), await remove(running.path, '2.24')]).toEqual([404, 202]);
    expect(api.gateway.steered.at(-1)).toEqual(['abortLive', running.number]);
    expect([await remove(preparing.path, '2.64'), await remove(preparing.path, '2.65')]).toEqual([400, 202]);
    expect(await remove(preparing.path.replace(/\d+$/, '999'), '2.65')).toBe(404);
  });

  it('is completed by force from 2.22 while it runs', async () => {
    const [running, over] = [await begin(14, 'running'), await begin(15, 'completed')];
    expect([await complete(running.path, '2.21'), await complete(running.path, '2.22')]).toEqual([404, 202]);
    expect(api.gateway.steered.at(-1)).toEqual(['completeLive', running.number]);
    expect(await complete(over.path, '2.22')).toBe(400);
    expect(await complete(running.path, '2.22', { force_complete: {} })).toBe(400);
  });
});
