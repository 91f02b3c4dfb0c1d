import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Move } from '#contracts';
import { MigrationRow } from '#database';
import { sampleMove } from '#simulation';
import { type ComputeApiFixture, computeApiFixture, OTHER_PROJECT, PROJECT } from './compute-api.fixture.js';

let api: ComputeApiFixture;
let server: string;
let other: string;
const uuidOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const at = (second: number): number => Date.UTC(2026, 0, 1, 0, 0, second);

/** Records a move as the tree of cells would. */
const keep = async (n: number, instanceUuid: string, change: Partial<Move>): Promise<void> => {
  const move = sampleMove(uuidOf(n), { userId: 'alice', projectId: PROJECT, createdAt: at(n), updatedAt: at(n), ...change });
  const { type, status, sourceHost, destHost, userId, projectId, createdAt, updatedAt } = move;
  const times = { createdAt: String(createdAt), updatedAt: String(updatedAt) };
  const row = {
    uuid: move.uuid,
    instanceUuid,
    type,
    status,
    sourceHost,
    destHost,
    userId,
    projectId,
    ...times,
    move: JSON.stringify(move),
  };
  await api.dataSource.manager.insert(MigrationRow, row);
};

beforeAll(async () => {
  api = await computeApiFixture();
  [server, other] = [await api.boot(), await api.boot({}, { token: 'other' })];
  const flavors = {
    oldFlavor: { ...sampleMove(server).oldFlavor, flavorId: '1' },
    newFlavor: { ...sampleMove(server).newFlavor, flavorId: 'gone' },
  };
  await keep(1, server, { status: 'confirmed', sourceHost: 'h1', sourceNode: 'n1', destHost: 'h2', destNode: 'n2', ...flavors });
  await keep(2, server, { type: 'migration', status: 'error', sourceHost: 'h2' });
  await keep(3, other, { type: 'live-migration', status: 'completed', projectId: OTHER_PROJECT, userId: 'bob', destHost: 'h1' });
  await keep(4, server, { type: 'live-migration', status: 'running', sourceHost: 'h2', destHost: 'h3' });
});
afterAll(() => api?.stop());

const list = async (query = '', version?: string, token = 'admin') =>
  (await api.ask('GET', `/v2.1/os-migrations${query}`, { token, ...(version !== undefined && { version }) })).json;
const numbers = async (query: string, version?: string, token?: string): Promise<number[]> =>
  (await list(query, version, token)).migrations.map((one: { id: number }) => one.id);

describe('the list of migrations', () => {
  it('tells what every client of the first version reads, and more from version to version', async () => {
    const [first] = (await list()).migrations;
    expect(first).toEqual({
      id: 1,
      status: 'confirmed',
      instance_uuid: server,
      source_node: 'n1',
      source_compute: 'h1',
      dest_node: 'n2',
      dest_compute: 'h2',
      dest_host: 'h2',
      old_instance_type_id: expect.any(Number),
      new_instance_type_id: null,
      created_at: '2026-01-01T00:00:01.000000',
      updated_at: '2026-01-01T00:00:01.000000',
    });
    expect((await list('', '2.22')).migrations[0]).not.toHaveProperty('migration_type');
    const all = (await list('', '2.23')).migrations;
    expect(all.map((one: { migration_type: string }) => one.migration_type)).toEqual([
      'resize',
      'migration',
      'live-migration',
      'live-migration',
    ]);
    expect(all.map((one: { links?: { rel: string }[] }) => one.links?.map(({ rel }) => rel))).toEqual([
      undefined,
      undefined,
      undefined,
      ['self', 'bookmark'],
    ]);
    expect((await list('', '2.59')).migrations[0]).toMatchObject({ uuid: uuidOf(4) });
    expect((await list('', '2.79')).migrations[0]).not.toHaveProperty('user_id');
    expect((await list('', '2.80')).migrations[1]).toMatchObject({ user_id: 'bob', project_id: OTHER_PROJECT });
  });

  it('is filtered by server, host, source, status and type, and by user and project', async () => {
    expect(await numbers(`?instance_uuid=${other}`)).toEqual([3]);
    expect(await numbers('?host=h1')).toEqual([1, 3]);
    expect(await numbers('?source_compute=h2')).toEqual([2, 4]);
    expect(await numbers('?status=error')).toEqual([2]);
    expect(await numbers('?migration_type=live-migration')).toEqual([3, 4]);
    expect(await numbers('?user_id=bob', '2.80')).toEqual([3]);
    expect(await numbers(`?project_id=${PROJECT}&status=running`, '2.80')).toEqual([4]);
  });

  it('comes in pages, the newest first, with a link to the next', async () => {
    const { migrations, migrations_links: links } = await list('?limit=3', '2.59');
    expect(migrations.map((one: { id: number }) => one.id)).toEqual([4, 3, 2]);
    expect(links).toEqual([{ rel: 'next', href: expect.stringContaining(`/os-migrations?limit=3&marker=${uuidOf(2)}`) }]);
    expect(await numbers(`?limit=3&marker=${uuidOf(2)}`, '2.59')).toEqual([1]);
    const unknown = await api.ask('GET', `/v2.1/os-migrations?marker=${uuidOf(9)}`, { token: 'admin', version: '2.59' });
    expect([unknown.status, unknown.json.badRequest.message]).toEqual([400, `Marker ${uuidOf(9)} could not be found.`]);
  });

  it('is of the changes of a time', async () => {
    const time = (second: number) => new Date(at(second)).toISOString();
    expect(await numbers(`?changes-since=${time(3)}`, '2.59')).toEqual([4, 3]);
    expect(await numbers(`?changes-since=${time(2)}&changes-before=${time(3)}`, '2.66')).toEqual([3, 2]);
    const status = async (query: string, version: string) =>
      (await api.ask('GET', `/v2.1/os-migrations${query}`, { token: 'admin', version })).status;
    expect(await status('?changes-since=soon', '2.59')).toBe(400);
    expect(await status(`?changes-since=${time(3)}&changes-before=${time(2)}`, '2.66')).toBe(400);
  });

  it('is for managers, who see their project’s, and for auditors', async () => {
    expect((await api.ask('GET', '/v2.1/os-migrations', { token: 'member' })).status).toBe(403);
    expect(await numbers('', undefined, 'auditor')).toEqual([1, 2, 3, 4]);
  });
});

describe('the migrations of a server', () => {
  const ask = (id: string, rest = '', version = '2.23') =>
    api.ask('GET', `/v2.1/servers/${id}/migrations${rest}`, { token: 'admin', version });

  it('are the live ones that are under way', async () => {
    expect((await ask(server, '', '2.22')).status).toBe(404);
    const { migrations } = (await ask(server)).json;
    expect(migrations).toMatchObject([{ id: 4, server_uuid: server, status: 'running', source_compute: 'h2', dest_compute: 'h3' }]);
    expect((await ask(server, '/4', '2.80')).json.migration).toMatchObject({ id: 4, uuid: uuidOf(4), user_id: 'alice' });
    expect((await ask(other)).json.migrations).toEqual([]);
  });

  it('are not found when they are another server’s, over, or of another kind', async () => {
    for (const rest of ['/1', '/3', '/99', '/x']) expect((await ask(server, rest)).status).toBe(404);
    expect((await ask(other, '/3')).json.itemNotFound.message).toContain('is not in progress');
    expect((await ask(server, '/1')).json.itemNotFound.message).toContain('is not live-migration');
    expect((await ask(uuidOf(77))).status).toBe(404);
  });
});
