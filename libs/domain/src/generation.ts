/**
 * The version of a mirrored fact. The epoch counts placements (each new owner gets a higher one, so it fences the former owner);
 * the generation counts changes by one owner.
 */
export interface Version {
  readonly epoch: number;
  readonly generation: number;
}

/** Negative when `a` is older than `b`, 0 when they are the same version. */
export const compareVersions = (a: Version, b: Version): number => a.epoch - b.epoch || a.generation - b.generation;

export const isNewer = (a: Version, b: Version): boolean => compareVersions(a, b) > 0;
