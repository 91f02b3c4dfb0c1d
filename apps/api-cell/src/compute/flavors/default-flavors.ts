import type { DataSource } from 'typeorm';
import { inTurn } from '#database';
import type { Clock } from '#domain';
import type { OnFlavorsChanged } from './flavors.service.js';

/**
 * id, name, vcpus, memory in MB, root disk in GB: as devstack has them, where it has them. Its ids 42 and 84 stay free: tools that judge
 * clouds make small flavors of their own by these.
 */
const DEFAULTS: readonly (readonly [string, string, number, number, number])[] = [
  ['6', 'm1.nano', 1, 128, 1],
  ['1', 'm1.tiny', 1, 512, 1],
  ['2', 'm1.small', 1, 2048, 20],
  ['3', 'm1.medium', 2, 4096, 40],
  ['4', 'm1.large', 4, 8192, 80],
  ['5', 'm1.xlarge', 8, 16384, 160],
];

/**
 * Makes the default flavors in a cloud that has no flavor at all: what an operator deleted does not come back. Processes that start
 * together do it one after the other: at once, InnoDB would choose some of them as victims of a deadlock.
 */
export const seedDefaultFlavors = (dataSource: DataSource, clock: Clock, onFlavorsChanged: OnFlavorsChanged): Promise<void> =>
  inTurn(dataSource, 'flavors', () => seed(dataSource, clock, onFlavorsChanged));

const seed = (dataSource: DataSource, clock: Clock, onFlavorsChanged: OnFlavorsChanged): Promise<void> =>
  dataSource.transaction(async manager => {
    const [{ count }]: [{ count: string }] = await manager.query('SELECT COUNT(*) AS count FROM flavors');
    if (Number(count) > 0) return;
    const rows = DEFAULTS.map(([id, name, vcpus, memoryMb, rootGb]) => [
      id,
      name,
      vcpus,
      memoryMb,
      rootGb,
      0,
      0,
      1,
      true,
      false,
      '{}',
      clock.now(),
    ]);
    const { affectedRows }: { affectedRows: number } = await manager.query(
      `INSERT IGNORE INTO flavors (flavor_id, name, vcpus, memory_mb, root_gb, ephemeral_gb, swap_mb, rxtx_factor, is_public, disabled, extra_specs, created_at) VALUES ?`,
      [rows],
    );
    if (affectedRows > 0) await onFlavorsChanged(manager);
  });
