import { expect, it } from 'vitest';
import { Cell, CellEngine } from '#cell';
import { type CompareOnly, InstanceRanges } from '#contracts';
import { CloudError, cellPath, silentLogger } from '#domain';
import { seededRandom, testDatabase } from '#testing';
import { cellDataSource } from '../data-source.js';
import { childCellEntities } from './cell.entities.js';
import { SqlCellStore } from './sql-cell-store.js';

const ROWS = 100_000;
/** In ms since 1970; all rows are from before. */
const LATER = 1000;
const clock = { now: () => Date.now(), sleep: (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms)) };

/** A cell with as many running instances, in a database of its own. */
const cellWith = async (path: string, nextHop: string | null) => {
  const database = await testDatabase();
  const source = await cellDataSource({
    url: database.url,
    entities: [...childCellEntities],
    migrations: [],
    synchronize: true,
    poolSize: 2,
  }).initialize();
  await source.query(
    `INSERT INTO instances (uuid, epoch, generation, order_epoch, placed_epoch, highest_epoch, next_hop, cell_path, host, vm_state, updated_at)
     SELECT CONCAT(LEFT(MD5(seq), 8), '-', MID(MD5(seq), 9, 4), '-4', MID(MD5(seq), 14, 3), '-8', MID(MD5(seq), 18, 3), '-', RIGHT(MD5(seq), 12)),
     1, seq MOD 50, 1, 1, 1, ?, 'api!west!a', CONCAT('h', seq MOD 1000), 'active', 1 FROM seq_1_to_${ROWS}`,
    [nextHop],
  );
  const cell = new Cell({ path: cellPath(path), clock, random: seededRandom(1), log: silentLogger });
  const store = new SqlCellStore(source, clock, { children: true, hosts: true, top: false });
  const close = async () => {
    await source.destroy();
    await database.drop();
  };
  return { source, comparison: new CellEngine({ cell, store }).comparison, close };
};

it('two cells that differ in one row of 100,000 find it in seconds, and by exchanging kilobytes', async () => {
  const above = await cellWith('api!west', 'a');
  const below = await cellWith('api!west!a', null);
  let bytes = 0;
  let questions = 0;
  const transport = {
    askChild: async (_child: string, { payload }: { payload: unknown }) => {
      const answer = JSON.stringify(await below.comparison.answer(InstanceRanges.parse(payload)));
      bytes += JSON.stringify(payload).length + answer.length;
      questions += 1;
      return JSON.parse(answer) as unknown;
    },
    askHost: async () => {
      throw new CloudError('unavailable', 'no host is asked here');
    },
  };
  const compare = async (only: CompareOnly = {}) => {
    [bytes, questions] = [0, 0];
    const began = Date.now();
    const { differences, outside } = await above.comparison.compare('a', transport, { dryRun: true, only });
    return { differences, outside, ms: Date.now() - began };
  };

  const alike = await compare();
  console.log(`100,000 rows alike: ${questions} question, ${bytes} bytes, ${alike.ms} ms`);
  expect([alike.differences, questions]).toEqual([[], 1]);
  expect(bytes).toBeLessThan(2000);

  const [{ uuid }] = await below.source.query('SELECT uuid FROM instances ORDER BY generation, uuid LIMIT 777, 1');
  await below.source.query('UPDATE instances SET generation = generation + 1 WHERE uuid = ?', [uuid]);
  const different = await compare();
  console.log(`100,000 rows, one different: ${questions} questions, ${bytes} bytes, ${different.ms} ms`);
  expect(different.differences).toMatchObject([{ instanceUuid: uuid, repair: 'retell', settled: true }]);
  expect(bytes).toBeLessThan(10_000);
  expect(different.ms).toBeLessThan(20_000);

  await below.source.query('UPDATE instances SET updated_at = ? WHERE uuid = ?', [LATER, uuid]);
  const narrowed = async (only: CompareOnly) => {
    const { differences, outside } = await compare(only);
    return [differences.length, outside];
  };
  expect(await narrowed({ updatedSince: LATER, deleted: false })).toEqual([1, 0]);
  expect(await narrowed({ updatedSince: LATER + 1 })).toEqual([0, 1]);
  expect(await narrowed({ projectId: 'nobody' })).toEqual([0, 1]);

  await above.close();
  await below.close();
});
