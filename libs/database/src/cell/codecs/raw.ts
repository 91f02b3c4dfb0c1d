import type { ResourceShape } from '#domain';

/*
 * Rows of this database, to and from what the handlers work on: the one place where snake_case becomes camelCase. What is read back
 * was written by this same code, so it is trusted; JSON that other processes wrote is parsed by its schema.
 */

/** A row as the driver gives it. */
export type Raw = Record<string, string | number | null>;

export const textOf = (value: string | number | null | undefined): string | null =>
  value === null || value === undefined ? null : String(value);

export const numberOf = (value: string | number | null | undefined): number | null =>
  value === null || value === undefined ? null : Number(value);

/** Of the columns `vcpus`, `memory_mb` and `disk_gb` with a prefix. */
export const shapeOf = (raw: Raw, prefix: string): ResourceShape => ({
  vcpus: Number(raw[`${prefix}vcpus`]),
  memoryMb: Number(raw[`${prefix}memory_mb`]),
  diskGb: Number(raw[`${prefix}disk_gb`]),
});
