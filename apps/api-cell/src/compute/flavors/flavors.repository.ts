import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import { type FlavorSnapshot, type RequestContext, readsEverything } from '#domain';
import type { Row, Sql } from '../api/index.js';

export interface FlavorRecord extends FlavorSnapshot {
  /** The row's number; users see `flavorId`. */
  readonly id: number;
  readonly rxtxFactor: number;
  readonly isPublic: boolean;
  readonly disabled: boolean;
  readonly description: string | null;
  /** ms since 1970 */
  readonly createdAt: number;
  readonly updatedAt: number | null;
}

export interface FlavorFilter {
  /** Public and the caller's own when true, only private ones when false, all when null (administrators only). */
  readonly isPublic: boolean | null;
  readonly minDiskGb?: number;
  readonly minMemoryMb?: number;
}

const COLUMNS = [
  'id',
  'flavor_id',
  'name',
  'vcpus',
  'memory_mb',
  'root_gb',
  'ephemeral_gb',
  'swap_mb',
  'rxtx_factor',
  'is_public',
  'disabled',
  'description',
  'extra_specs',
  'created_at',
  'updated_at',
]
  .map(column => `flavors.${column}`)
  .join(', ');

const GRANTED = 'EXISTS (SELECT 1 FROM flavor_projects p WHERE p.flavor_id = flavors.flavor_id AND p.project_id = ?)';

/** Reads of flavors; each method answers only what the caller may see. */
export class FlavorsRepository {
  constructor(private readonly sql: Sql) {}

  async find(ctx: RequestContext, flavorId: string): Promise<FlavorRecord | undefined> {
    const [row] = readsEverything(ctx)
      ? await this.sql.rows(`SELECT ${COLUMNS} FROM flavors WHERE flavor_id = ?`, [flavorId])
      : await this.sql.rows(`SELECT ${COLUMNS} FROM flavors WHERE flavor_id = ? AND (is_public OR ${GRANTED})`, [flavorId, ctx.projectId]);
    return row && recordOf(row);
  }

  async list(ctx: RequestContext, { isPublic, minDiskGb, minMemoryMb }: FlavorFilter): Promise<FlavorRecord[]> {
    const conditions = ['root_gb >= ?', 'memory_mb >= ?'];
    const values: unknown[] = [minDiskGb ?? 0, minMemoryMb ?? 0];
    if (isPublic === true) {
      conditions.push(`(is_public OR ${GRANTED})`);
      values.push(ctx.projectId);
    } else if (isPublic === false) conditions.push('NOT is_public');
    return (await this.sql.rows(`SELECT ${COLUMNS} FROM flavors WHERE ${conditions.join(' AND ')}`, values)).map(recordOf);
  }

  async projectsOf(flavorId: string): Promise<string[]> {
    const rows = await this.sql.rows('SELECT project_id FROM flavor_projects WHERE flavor_id = ? ORDER BY project_id', [flavorId]);
    return rows.map(([projectId]) => String(projectId));
  }
}

/** The flavor under a lock, for a change of it in the same transaction. */
export const lockFlavor = async (
  manager: EntityManager,
  flavorId: string,
): Promise<{ extraSpecs: Record<string, string>; isPublic: boolean } | undefined> => {
  const [row]: { extra_specs: string; is_public: number }[] = await manager.query(
    'SELECT extra_specs, is_public FROM flavors WHERE flavor_id = ? FOR UPDATE',
    [flavorId],
  );
  return row && { extraSpecs: ExtraSpecs.parse(JSON.parse(row.extra_specs)), isPublic: row.is_public === 1 };
};

const ExtraSpecs = z.record(z.string(), z.string());

const recordOf = (row: Row): FlavorRecord => {
  const [
    id,
    flavorId,
    name,
    vcpus,
    memoryMb,
    rootGb,
    ephemeralGb,
    swapMb,
    rxtxFactor,
    isPublic,
    disabled,
    description,
    extraSpecs,
    createdAt,
    updatedAt,
  ] = row;
  return {
    id: Number(id),
    flavorId: String(flavorId),
    name: String(name),
    vcpus: Number(vcpus),
    memoryMb: Number(memoryMb),
    rootGb: Number(rootGb),
    ephemeralGb: Number(ephemeralGb),
    swapMb: Number(swapMb),
    rxtxFactor: Number(rxtxFactor),
    isPublic: isPublic === 1,
    disabled: disabled === 1,
    description: description === null ? null : String(description),
    extraSpecs: ExtraSpecs.parse(JSON.parse(String(extraSpecs))),
    createdAt: Number(createdAt),
    updatedAt: updatedAt === null ? null : Number(updatedAt),
  };
};
