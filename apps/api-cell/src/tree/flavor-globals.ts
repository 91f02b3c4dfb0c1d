import type { EntityManager } from 'typeorm';
import { Flavor } from '#contracts';
import type { Clock } from '#domain';

interface FlavorColumns {
  readonly flavor_id: string;
  readonly name: string;
  readonly vcpus: number;
  readonly memory_mb: number;
  readonly root_gb: number;
  readonly ephemeral_gb: number;
  readonly swap_mb: number;
  readonly extra_specs: string;
}

/**
 * Writes the flavors, as they stand in this transaction, as the newest globals of the root. A child cell whose report shows an older
 * version is sent them: within seconds of a change, or of joining.
 */
export const publishFlavors =
  (clock: Clock) =>
  async (manager: EntityManager): Promise<void> => {
    await manager.query("INSERT IGNORE INTO cell_globals (id, version, payload) VALUES (1, 0, '')");
    const [row] = (await manager.query('SELECT version FROM cell_globals WHERE id = 1 FOR UPDATE')) as { version: number }[];
    const version = Math.max(Number(row?.version ?? 0) + 1, clock.now());
    const columns = 'flavor_id, name, vcpus, memory_mb, root_gb, ephemeral_gb, swap_mb, extra_specs';
    const flavors = (await manager.query(`SELECT ${columns} FROM flavors ORDER BY flavor_id`)) as FlavorColumns[];
    const payload = { version, flavors: flavors.map(flavorOf) };
    await manager.query('UPDATE cell_globals SET version = ?, payload = ? WHERE id = 1', [version, JSON.stringify(payload)]);
  };

const flavorOf = (row: FlavorColumns) =>
  Flavor.parse({
    flavorId: row.flavor_id,
    name: row.name,
    vcpus: row.vcpus,
    memoryMb: row.memory_mb,
    rootGb: row.root_gb,
    ephemeralGb: row.ephemeral_gb,
    swapMb: row.swap_mb,
    extraSpecs: JSON.parse(row.extra_specs),
  });
