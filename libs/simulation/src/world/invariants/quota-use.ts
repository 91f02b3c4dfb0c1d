import { type InstanceRow, NO_USE, plus, type QuotaUsage, quotaOf } from '#cell';
import type { BuildSpec } from '#contracts';

/** What these instances use of a quota, each by its flavor; while it is resized, by the larger of both. */
export const useOf = (rows: readonly InstanceRow[], specOf: (uuid: string) => BuildSpec | undefined): QuotaUsage =>
  rows.reduce((sum, row) => {
    const spec = specOf(row.uuid);
    return plus(sum, spec ? quotaOf(row, spec) : { instances: 1, cores: 0, ramMb: 0 });
  }, NO_USE);
