import { beforeEach, expect, it } from 'vitest';
import { cellPath, type RequestContext, requestId, silentLogger } from '#domain';
import { MemoryCellStore, MemoryDatabase } from '#simulation';
import { ManualClock, sampleSpec, seededRandom } from '#testing';
import { ApiOrders } from './api-orders.js';
import { Cell } from './cell.js';
import { CellEngine } from './engine.js';
import type { QuotaLimits } from './quota.js';

const NONE = { instances: -1, cores: -1, ramMb: -1 };
let orders: ApiOrders;
let made = 0;

beforeEach(() => {
  const clock = new ManualClock();
  const random = seededRandom(1);
  const cell = new Cell({ path: cellPath('api'), clock, random, log: silentLogger });
  const store = new MemoryCellStore({ database: new MemoryDatabase(), clock, random, top: true });
  orders = new ApiOrders(cell, new CellEngine({ cell, store }).builds, store);
});

const create = (userId: string, limits: QuotaLimits): Promise<void> => {
  made += 1;
  const uuid = `00000000-0000-4000-8000-${String(made).padStart(12, '0')}`;
  const ctx: RequestContext = {
    requestId: requestId(`req-${uuid}`),
    userId,
    projectId: 'p',
    roles: new Set(),
    deadline: Number.MAX_SAFE_INTEGER,
  };
  return orders.createServers(ctx, [{ spec: sampleSpec(uuid, { projectId: 'p', userId }), columns: {} }], limits);
};

it('a user’s own limits hold for what the user has, and not for others in the project', async () => {
  const bob = { ...NONE, user: { ...NONE, instances: 2 } };
  const results = await Promise.allSettled([create('bob', bob), create('eve', NONE), create('bob', bob), create('bob', bob)]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected']);
  await expect(create('bob', bob)).rejects.toThrow('Quota exceeded for instances: Requested 1, but already used 2 of 2 instances');
  await create('eve', NONE);
});

it('the project’s limits hold for a user with limits of its own', async () => {
  const bob = { ...NONE, instances: 1, user: { ...NONE, instances: 5 } };
  await create('bob', bob);
  await expect(create('bob', bob)).rejects.toThrow('already used 1 of 1 instances');
});
