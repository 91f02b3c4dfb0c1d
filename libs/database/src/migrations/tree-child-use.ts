import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATEMENTS = [
  "ALTER TABLE `child_cells` ADD COLUMN IF NOT EXISTS `used_instances` int NOT NULL DEFAULT '0'",
  "ALTER TABLE `child_cells` ADD COLUMN IF NOT EXISTS `used_cores` int NOT NULL DEFAULT '0'",
  "ALTER TABLE `child_cells` ADD COLUMN IF NOT EXISTS `used_ram_mb` bigint NOT NULL DEFAULT '0'",
  `UPDATE child_cells LEFT JOIN (
    SELECT next_hop, COUNT(*) AS instances, SUM(JSON_VALUE(spec, '$.flavor.vcpus')) AS cores, SUM(JSON_VALUE(spec, '$.flavor.memoryMb')) AS ram_mb
    FROM instances LEFT JOIN request_specs ON request_specs.uuid = instances.uuid
    WHERE deleted_at IS NULL AND next_hop IS NOT NULL GROUP BY next_hop
  ) AS sums ON sums.next_hop = child_cells.name
  SET used_instances = COALESCE(instances, 0), used_cores = COALESCE(cores, 0), used_ram_mb = COALESCE(ram_mb, 0)`,
];

export class TreeChildUse implements MigrationInterface {
  name = 'TreeChildUse1795415306685';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('schema migrations go forward only: restore the backup taken before the upgrade');
  }
}
