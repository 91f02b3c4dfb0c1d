export interface CachedFile {
  readonly name: string;
  readonly bytes: number;
  /** ms since 1970 */
  readonly usedAt: number;
  /** More than one: a guest has it too, and throwing it away would free nothing. */
  readonly links: number;
}

const DAY_MS = 86_400_000;
const GIB = 1024 ** 3;
/** An image that was asked for so recently may be about to become a guest's. */
const RECENT_MS = 3_600_000;

/** Which files to throw away, by name: the unused ones that are old, and then the oldest of the others until the rest is small enough. */
export const evictable = (files: readonly CachedFile[], limits: { now: number; maxGb: number; unusedDays: number }): string[] => {
  let bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const unused = files.filter(file => file.links === 1 && limits.now - file.usedAt > RECENT_MS).sort((a, b) => a.usedAt - b.usedAt);
  const names: string[] = [];
  for (const file of unused) {
    const old = limits.now - file.usedAt > limits.unusedDays * DAY_MS;
    if (!old && bytes <= limits.maxGb * GIB) continue;
    names.push(file.name);
    bytes -= file.bytes;
  }
  return names;
};
