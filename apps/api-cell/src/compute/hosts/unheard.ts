/** A cell tells of each of its hosts every minute, or that it is down. */
const UNHEARD_MS = 180_000;

/**
 * Whether a host that its cell called up was not told of for so long that nobody here knows how it is.
 * @param toldAt of its mirror, as the database has it; @param now ms since 1970
 */
export const isUnheard = (toldAt: unknown, now: number): boolean => now - Number(toldAt) > UNHEARD_MS;
