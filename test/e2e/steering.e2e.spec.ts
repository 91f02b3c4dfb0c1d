import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '#testing';
import { E2eStack } from './e2e-stack.js';
import { ApiClient, type Server } from './kill/api-client.js';

/*
 * What operators see, and mend, through three levels of cells, each with a database of its own: how a server came to its place, against the
 * place; and what the cells do not know alike, which is made by hand in one of the databases.
 */

const GB = 1024;
const host = (name: string, memoryMb: number) => ({ name, vcpus: 4, memoryMb, diskGb: 30 });
const TREE = {
  driver: 'fake',
  servers: { shared: true },
  cells: [
    { name: 'west', cells: [{ name: 'a', hosts: [host('a1', GB), host('a2', GB / 4)] }] },
    { name: 'east', hosts: [host('e1', GB / 4)] },
  ],
};
/** Flavors of 512 MB, which only a1 has room for, and of 2048 MB. */
const [TINY, SMALL] = ['1', '2'];
const MINUTE = 60_000;

let e2e: E2eStack;
let api: ApiClient;
beforeAll(async () => {
  e2e = await E2eStack.raise(TREE);
  api = new ApiClient(e2e.stack.endpoints, e2e.stack.adminPassword);
}, 4 * MINUTE);
afterAll(() => e2e.down());

const built = async (name: string, flavor: string): Promise<Server> => {
  await api.create(name, await api.image(name), flavor);
  const ended = async () => (await api.list(`name=${name}`)).find(one => one.status !== 'BUILD');
  return until(ended, { timeoutMs: MINUTE, everyMs: 250, what: `the end of building ${name}` });
};

interface Level {
  readonly cell: string;
  readonly among: string;
  readonly chosen: string | null;
  readonly filters: { readonly filter: string; readonly left: number }[];
  readonly candidates: { readonly name: string; readonly chosen: boolean }[];
}
const choices = (levels: readonly Level[]) => levels.map(({ cell, among, chosen }) => [cell, among, chosen]);

describe.sequential('explain, in a tree of processes', () => {
  it(
    'tells how a server came to its host: the choice of each of three cells, and why the others fell',
    async () => {
      const server = await built('placed', TINY);
      expect(server).toMatchObject({ status: 'ACTIVE', 'OS-EXT-SRV-ATTR:host': 'a1' });
      const { instance, request_id, levels, unreachable } = await e2e.canopyJson('explain', server.id);
      expect([instance, unreachable]).toEqual([server.id, []]);
      expect(request_id).toMatch(/^req-/);
      expect(choices(levels)).toEqual([
        ['api', 'cells', 'west'],
        ['api!west', 'cells', 'a'],
        ['api!west!a', 'hosts', 'a1'],
      ]);
      const [top, , leaf] = levels;
      expect(top.candidates).toMatchObject([
        { name: 'west', chosen: true },
        { name: 'east', verdicts: expect.arrayContaining([expect.objectContaining({ passed: false })]) },
      ]);
      expect(leaf.candidates.find((one: { name: string }) => one.name === 'a2').verdicts.at(-1)).toMatchObject({
        filter: 'RamFilter',
        passed: false,
        numbers: { of: 'memory_mb', has: 256, needs: 512 },
      });
      const { out } = await e2e.canopy('explain', server.id);
      expect(out).toMatch(/^api!west!a chose a1 among 2 hosts at /m);
    },
    2 * MINUTE,
  );

  it('knows how many more fit as soon as the server is in the reports of all cells on its way', async () => {
    const fits = async () => {
      const { fit } = (await (await api.call('GET', `/os-cells/fit?flavor=${TINY}`)).json()) as { fit: { total: number } };
      return fit.total === 1;
    };
    await until(fits, { timeoutMs: MINUTE, everyMs: 250, what: 'one more fitting' });
  });

  it(
    'tells of a server that found no place what came nearest, where its fault says so',
    async () => {
      const server = await built('lost', SMALL);
      expect(server.status).toBe('ERROR');
      const shown = (await (await api.call('GET', `/servers/${server.id}`)).json()) as { server: { fault: { details: string } } };
      const path: string = JSON.parse(shown.server.fault.details).explain;
      expect(path).toBe(`/os-cells/explain/${server.id}`);
      const { explain } = (await (await api.call('GET', path)).json()) as { explain: { levels: Level[] } };
      expect(choices(explain.levels)).toEqual([['api', 'cells', null]]);
      expect(explain.levels[0]).toMatchObject({
        considered: 2,
        passed: 0,
        nearest_miss: { text: expect.stringMatching(/no room for it: fits 0 of m1\.small/) },
      });
    },
    2 * MINUTE,
  );

  it('tells where a server would go, down to what is missing on a host, and reserves nothing', async () => {
    const dryRun = (flavor: string, count: number) => e2e.canopyJson('explain', '--flavor', flavor, '--count', String(count));
    const first = await dryRun('m1.tiny', 2);
    expect(first.servers.map((one: { place: string | null }) => one.place)).toEqual(['api!west!a@a1', null]);
    expect(await dryRun('m1.tiny', 1)).toMatchObject({ place: 'api!west!a@a1' });
    const { place, levels } = await dryRun('m1.small', 1);
    expect(place).toBeNull();
    expect(levels.at(-1)).toMatchObject({ cell: 'api!west!a', nearest_miss: { name: 'a1', needs: { memory_mb: 1536 } } });
  });
});

/** Only the answers that say more than Nova's. */
interface Compared {
  readonly cell: string;
  readonly differences: { readonly instance: string; readonly settled: boolean; readonly repair: string }[];
  readonly repaired: number;
  readonly outside: number;
}
const sync = async (body: object): Promise<Compared[]> => {
  const answer = await api.call('POST', '/os-cells/sync_instances', body);
  const { sync: told } = (await answer.json()) as { sync: { cells: Compared[]; unreachable: object[] } };
  expect([answer.status, told.unreachable]).toEqual([200, []]);
  return told.cells;
};
const differing = (cells: readonly Compared[]) =>
  cells.flatMap(({ cell, differences }) => differences.map(({ instance, repair }) => [cell, instance, repair]));

const change = async (cell: string, statement: string, uuid: string): Promise<void> => {
  const plan = e2e.stack.plan.cells.find(({ path }) => path === cell);
  const connection = await createConnection({ uri: plan!.databaseUrl });
  try {
    await connection.execute(statement, [uuid]);
  } finally {
    await connection.end();
  }
};

describe.sequential('sync_instances, in a tree of processes', () => {
  const placed = async (): Promise<Server> => (await api.list('name=placed'))[0]!;

  /** What messages that were lost long ago leave: the top still has it as it was while it was built. */
  const lagBehind = async (uuid: string): Promise<void> => {
    const before = "generation = 0, vm_state = 'building', power_state = 0, host = NULL, node = NULL, updated_at = 1";
    await change('api', `UPDATE instances SET ${before} WHERE uuid = ?`, uuid);
    await change('api!west', 'UPDATE instances SET updated_at = 1 WHERE uuid = ?', uuid);
  };

  it(
    'tells what the top does not know as its cell does, leaves it alone when told to, and then mends it',
    async () => {
      const { id } = await placed();
      const project = await api.projectId();
      const isClean = async () => differing(await sync({ dry_run: true })).length === 0;
      const clean = () => until(isClean, { timeoutMs: MINUTE, everyMs: 250, what: 'cells that know the same' });
      await clean();
      const round = async () => {
        await lagBehind(id);
        const told = await sync({ dry_run: true });
        const narrowed = await sync({ dry_run: true, project_id: project });
        const others = await sync({ cell: 'west', project_id: 'nobody' });
        const shown = await placed();
        const mended = await sync({ cell: 'west', project_id: project });
        const isMended = mended.some(({ repaired }) => repaired === 1);
        return isMended && { told, narrowed, others, shown, mended };
      };
      // The cells compare by themselves every minute: a round that they come into tells nothing.
      const { told, narrowed, others, shown, mended } = await until(round, { timeoutMs: MINUTE, everyMs: 1000, what: 'a round' });
      const difference = [['api!west', id, 'retell']];
      expect([differing(told), differing(narrowed), differing(mended)]).toEqual([difference, difference, difference]);
      expect(differing(others)).toEqual([]);
      expect(others.find(({ cell }) => cell === 'api!west')).toMatchObject({ outside: 1, repaired: 0 });
      expect(shown).toMatchObject({ status: 'BUILD', 'OS-EXT-SRV-ATTR:host': null });
      const isRight = async () => (await placed()).status === 'ACTIVE';
      await until(isRight, { timeoutMs: MINUTE, everyMs: 250, what: 'the server as its cell has it' });
      expect(await placed()).toMatchObject({ 'OS-EXT-SRV-ATTR:host': 'a1' });
      await clean();
    },
    4 * MINUTE,
  );
});
