import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom, until } from '#testing';
import { E2eStack } from './e2e-stack.js';
import { ApiClient } from './kill/api-client.js';
import { readGuests } from './kill/guests.js';
import { Killer } from './kill/killer.js';
import { readCells, readQuotaUsage } from './kill/world.js';

const BUILDS = 50;
/** Builds may run ahead of the kills by this share. */
const AHEAD = 0.1;
const SEED = Number(process.env.CANOPY_KILL_SEED ?? 1);

/** Every build takes long enough to be hit in the middle; the leaves have room for all of them. */
const TREE = {
  name: 'api',
  driver: 'fake',
  workers: 2,
  servers: { shared: true },
  cells: [
    {
      name: 'west',
      cells: [
        {
          name: 'a',
          hosts: {
            count: 3,
            namePrefix: 'a',
            vcpus: 64,
            memoryMb: 65536,
            diskGb: 500,
            fake: { delays: { spawn: { meanMs: 600, spreadMs: 500 } } },
          },
        },
      ],
    },
    {
      name: 'east',
      hosts: {
        count: 2,
        namePrefix: 'e',
        vcpus: 64,
        memoryMb: 65536,
        diskGb: 500,
        fake: { delays: { spawn: { meanMs: 600, spreadMs: 500 } } },
      },
    },
  ],
};

describe(`processes killed at random moments (seed ${SEED})`, () => {
  let e2e: E2eStack;
  let client: ApiClient;

  beforeAll(async () => {
    e2e = await E2eStack.raise(TREE);
    client = new ApiClient(e2e.stack.endpoints, e2e.stack.adminPassword);
  });

  afterAll(() => e2e?.down());

  it('lose no server, double none, and leave nothing behind: cells, computes, workers, databases and brokers', async () => {
    await client.liftQuota();
    const image = await client.image('kill');
    const killer = new Killer(e2e.stack, SEED);
    const killing = killer.run(2);
    killing.catch(() => undefined);
    const random = seededRandom(SEED + 1);
    const names = Array.from({ length: BUILDS }, (_, n) => `build-${n}`);
    const deleted = new Set<string>();
    for (const [n, name] of names.entries()) {
      // Builds are asked for while processes are killed, not before.
      await until(() => killer.share >= n / BUILDS - AHEAD, { timeoutMs: 120_000, what: `the kills before ${name}` });
      await client.create(name, image);
      if (random.fraction() >= 0.2) continue;
      const [server] = await until(() => client.list(`name=${encodeURIComponent(`^${name}$`)}`), { timeoutMs: 90_000 });
      await client.delete(server!.id);
      deleted.add(name);
    }
    await killing;
    expect(killer.killed.length).toBe(2 * 9);

    const kept = names.filter(name => !deleted.has(name)).sort();
    const servers = await until(
      async () => {
        const all = await client.list();
        return all.every(server => server.status !== 'BUILD' && !server['OS-EXT-STS:task_state']) && all.length === kept.length && all;
      },
      { timeoutMs: 120_000, everyMs: 500, what: 'the end of all builds and deletions' },
    );
    expect(servers.map(server => server.name).sort()).toEqual(kept);
    expect(servers.filter(server => server.status !== 'ACTIVE')).toEqual([]);

    const where = servers.map(server => ({ uuid: server.id, host: server['OS-EXT-SRV-ATTR:host'] })).sort(byUuid);

    const cells = await until(
      async () => {
        const states = await readCells(e2e.stack);
        return states.every(state => Object.values(state.underWay).every(n => n === 0)) && states;
      },
      { timeoutMs: 60_000, everyMs: 500, what: 'nothing being under way' },
    );
    // A host that was dead or cut off when a guest was to be destroyed does it when it is heard again.
    const guests = await until(
      () => {
        const found = readGuests(e2e.stack).map(({ uuid, host }) => ({ uuid, host }));
        return found.length === where.length && found;
      },
      { timeoutMs: 90_000, everyMs: 500, what: 'hosts having the guests of these servers alone' },
    );
    expect(guests.sort(byUuid)).toEqual(where);
    const atLeaves = cells
      .filter(state => state.claims.length > 0)
      .flatMap(state => [...state.instances].map(([uuid, { host }]) => ({ uuid, host })));
    expect(atLeaves.sort(byUuid)).toEqual(where);
    for (const { claims } of cells)
      for (const claim of claims) expect([claim.host, claim.used, claim.usedMemoryMb]).toEqual([claim.host, claim.sum, claim.sumMemoryMb]);
    expect(await readQuotaUsage(e2e.stack, await client.projectId())).toEqual({
      instances: kept.length,
      cores: kept.length,
      ramMb: 128 * kept.length,
    });
  });
});

const byUuid = (a: { uuid: string }, b: { uuid: string }): number => a.uuid.localeCompare(b.uuid);
