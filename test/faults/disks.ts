import { execFile } from 'node:child_process';
import { appendFileSync, mkdirSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { seededRandom } from '#testing';
import type { Layout } from '../../tools/stack/layout.js';
import type { StackPlan } from '../../tools/stack/plan.js';

const run = promisify(execFile);
const FILLER = 'filler';
const CHUNK = Buffer.alloc(64 * 1024);
/** A MariaDB takes some 150 MB from the start; a RabbitMQ little, but it wants 100 MB free. */
const SIZE_MB = 288;

/** One database and one broker that have a small file system of their own, which can be filled. */
export interface SmallDisks {
  readonly database: string;
  readonly broker: string;
}

export const chooseSmallDisks = (plan: StackPlan, seed: number): SmallDisks => {
  const random = seededRandom(seed + 2);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random.fraction() * items.length)]!;
  return { database: pick(plan.databaseServers).name, broker: pick(plan.brokerServers).name };
};

/** @returns where it is mounted. @throws Error when this process may not mount */
export const mountSmallDisk = async (layout: Layout, server: string): Promise<string> => {
  const at = layout.server(server);
  mkdirSync(at, { recursive: true });
  await run('mount', ['-t', 'tmpfs', '-o', `size=${SIZE_MB}m,mode=0755`, 'canopy-faults', at]);
  return at;
};

/** Also when something still holds files there: they go with what holds them. */
export const unmount = async (at: string): Promise<void> => {
  await run('umount', ['-l', at]).catch(() => undefined);
};

/** Until no more is left; of nothing, not a byte. */
export const fillDisk = (layout: Layout, server: string, { leaveMb }: { leaveMb: number }): void => {
  const file = join(layout.server(server), FILLER);
  const { bavail, bsize } = statfsSync(layout.server(server));
  try {
    const wanted = bavail * bsize - leaveMb * 1024 * 1024 + (leaveMb === 0 ? 10 * CHUNK.length : 0);
    for (let left = wanted; left > 0; left -= CHUNK.length) appendFileSync(file, CHUNK);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
  }
};

export const emptyDisk = (layout: Layout, server: string): void => rmSync(join(layout.server(server), FILLER), { force: true });
