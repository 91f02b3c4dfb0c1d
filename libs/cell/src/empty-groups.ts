/** An order that names a group is given up long before. */
const EMPTY_FOR_MS = 3_600_000;

/**
 * The server groups whose rows a cell needs no more. Such a row is a lock, made again whenever a member is placed; at the top it also
 * says that a user has deleted the group, to the requests that had found it before. So it goes when the group has had no member for
 * longer than any request takes. Whoever looks remembers since when that is: another who takes over begins to count anew.
 */
export class EmptyGroups {
  private since = new Map<string, number>();

  constructor(private readonly forMs = EMPTY_FOR_MS) {}

  /**
   * @param empty uuids of all the groups that have no member now, or of as many as are looked at together
   * @param now ms since 1970
   * @returns those that had none at every look for so long
   */
  due(empty: readonly string[], now: number): string[] {
    this.since = new Map(empty.map(uuid => [uuid, Math.min(this.since.get(uuid) ?? now, now)]));
    return empty.filter(uuid => now - this.since.get(uuid)! >= this.forMs);
  }
}
