import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import { ApiOrders, type CellStore, type Loaded, type Wanted } from '#cell';
import { CellService, CellServiceModule } from '#cell-service';
import { apiMigrations, cellDataSource, computeApiEntities, openDatabase, treeEntities } from '#database';
import { type CellPath, type RequestContext, requestId, silentLogger } from '#domain';
import { SystemClock, SystemRandom } from '#service-runtime';
import { sampleSpec } from '#testing';
import { seedDefaultFlavors } from '../../apps/api-cell/src/compute/flavors/default-flavors.js';
import { publishFlavors } from '../../apps/api-cell/src/tree/flavor-globals.js';
import { answerParent, usageOf } from './answering.js';
import { type Ask, type Placed, Start } from './protocol.js';

const systemClock = new SystemClock();
const systemRandom = new SystemRandom();

/** The root as api-cell runs it, but for its APIs: engine, store, broker links and ticks. */
const { database, broker, layout } = Start.parse(JSON.parse(process.argv[2] ?? ''));
const dataSource = cellDataSource({ url: database, entities: [...treeEntities, ...computeApiEntities], migrations: apiMigrations });
await openDatabase(dataSource);
await seedDefaultFlavors(dataSource, systemClock, publishFlavors(systemClock));
const app = await NestFactory.createApplicationContext(
  CellServiceModule.forRoot({
    path: 'api' as CellPath,
    children: layout.children.map(child => child.name),
    tables: { children: true, hosts: false, top: true },
    dataSource,
    brokers: { own: { url: broker } },
    clock: systemClock,
    random: systemRandom,
    log: silentLogger,
  }),
  { logger: false },
);
const { node, store } = app.get(CellService);

/** How long the decision alone takes, of which nothing waits for a disk; and, with it, how long the database takes to commit. */
const decisions: number[] = [];
const timed: CellStore = Object.assign(Object.create(store), {
  transact: <T>(wanted: Wanted, work: (loaded: Loaded) => T): Promise<T> =>
    store.transact(wanted, loaded => {
      const began = performance.now();
      const result = work(loaded);
      decisions.push(performance.now() - began);
      return result;
    }),
});
let handled = 0;
const receive = node.engine.receive.bind(node.engine);
node.engine.receive = async frames => {
  await receive(frames);
  handled += frames.length;
};
const orders = new ApiOrders(node.cell, node.engine.builds, timed);

const answer = async (ask: Ask): Promise<unknown> => {
  switch (ask.what) {
    case 'usage':
      return usageOf(handled);
    case 'reported':
      return count('SELECT COUNT(*) AS n FROM child_cells WHERE report IS NOT NULL AND last_seen_at >= ?', Date.now() - ask.withinMs);
    case 'place':
      return ask.profile ? profiled(() => place(ask.perSecond, ask.seconds)) : place(ask.perSecond, ask.seconds);
    case 'hostDown':
      return hostDown(ask.host, ask.timeoutMs);
    default:
      throw new Error(`the root is not asked for ${ask.what}`);
  }
};

/** Orders come one by one, at random moments, as users send them; each takes what it takes. */
const place = async (perSecond: number, seconds: number): Promise<Placed> => {
  const ms: number[] = [];
  let refused = 0;
  const one = async (): Promise<void> => {
    const uuid = systemRandom.uuid();
    const ctx: RequestContext = {
      requestId: requestId(systemRandom.uuid()),
      userId: 'user',
      projectId: 'project',
      roles: new Set(),
      deadline: Date.now() + 60_000,
    };
    const flavor = FLAVORS[Math.floor(Math.random() * FLAVORS.length)]!;
    const spec = sampleSpec(uuid, { requestId: ctx.requestId, flavor, createdAt: Date.now() });
    const columns = { project_id: 'project', user_id: 'user', display_name: 'server', hostname: 'server', created_at: Date.now() };
    const began = performance.now();
    await orders.createServers(ctx, [{ spec, columns }], { instances: -1, cores: -1, ramMb: -1 }).then(
      () => ms.push(performance.now() - began),
      () => (refused += 1),
    );
  };
  const under: Promise<void>[] = [];
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    under.push(one());
    await sleep((-Math.log(1 - Math.random()) * 1000) / perSecond);
  }
  await Promise.all(under);
  return { ms, decisionMs: decisions.splice(0), commitMs: await commits(), refused };
};

/** What the disk takes for the least that can be committed: no placement can be faster. */
const commits = async (): Promise<number[]> => {
  const ms: number[] = [];
  for (let n = 0; n < 100; n += 1) {
    const began = performance.now();
    await dataSource.query(
      "INSERT INTO leases (name, owner, held_until, seconds) VALUES ('bench', ?, 0, 0) ON DUPLICATE KEY UPDATE owner = ?",
      [String(n), String(n)],
    );
    ms.push(performance.now() - began);
  }
  return ms;
};

const flavorOf = (flavorId: string, vcpus: number, memoryMb: number, rootGb: number) => ({
  ...{ flavorId, name: `flavor-${flavorId}`, vcpus, memoryMb, rootGb },
  ...{ ephemeralGb: 0, swapMb: 0, extraSpecs: {} },
});
const FLAVORS = [flavorOf('6', 1, 128, 1), flavorOf('1', 1, 512, 1), flavorOf('2', 1, 2048, 20), flavorOf('3', 2, 4096, 40)];

/** When its row says so, in ms since 1970. */
const hostDown = async (host: string, timeoutMs: number): Promise<number> => {
  for (const end = Date.now() + timeoutMs; Date.now() < end; await sleep(10)) {
    if ((await count('SELECT COUNT(*) AS n FROM host_mirrors WHERE host = ? AND NOT up', host)) > 0) return Date.now();
  }
  throw new Error(`the loss of ${host} was not seen at the root in ${timeoutMs} ms`);
};

const count = async (statement: string, value: unknown): Promise<number> => Number((await dataSource.query(statement, [value]))[0].n);

const profiled = async <T>(work: () => Promise<T>): Promise<T> => {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.start');
  const result = await work();
  const { profile } = await session.post('Profiler.stop');
  writeFileSync(`root-${layout.shape}-${layout.leaves}.cpuprofile`, JSON.stringify(profile));
  return result;
};

answerParent(answer);
