import type { EntityManager } from 'typeorm';
import { Flavor } from '#contracts';
import type { Clock } from '#domain';
import { type GlobalChange, lockGlobals, writeGlobals } from '../compute/index.js';

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

/** Writes the flavors that differ, as they stand in this transaction, as globals of the root. */
export const publishFlavors =
  (clock: Clock) =>
  async (manager: EntityManager): Promise<void> => {
    await lockGlobals(manager);
    const columns = 'flavor_id, name, vcpus, memory_mb, root_gb, ephemeral_gb, swap_mb, extra_specs';
    const flavors = ((await manager.query(`SELECT ${columns} FROM flavors ORDER BY flavor_id`)) as FlavorColumns[]).map(flavorOf);
    const known: { id: string; body: string | null }[] = await manager.query("SELECT id, body FROM global_items WHERE kind = 'flavor'");
    await writeGlobals(manager, clock.now(), differences(flavors, known));
  };

const differences = (flavors: readonly Flavor[], known: readonly { id: string; body: string | null }[]): GlobalChange[] => {
  const before = new Map(known.map(({ id, body }) => [id, body]));
  const changed = flavors.filter(flavor => before.get(flavor.flavorId) !== JSON.stringify(flavor));
  const ids = new Set(flavors.map(flavor => flavor.flavorId));
  const gone = known.filter(({ id, body }) => body !== null && !ids.has(id));
  return [
    ...changed.map(body => ({ kind: 'flavor' as const, id: body.flavorId, body })),
    ...gone.map(({ id }) => ({ kind: 'flavor' as const, id, body: null })),
  ];
};

const flavorOf = (row: FlavorColumns): Flavor =>
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
