const LONGEST_PAUSE_MS = 8;

/**
 * How long to wait, in ms, for more to come before the next batch. After a batch of one nothing is gained by waiting, and a lone
 * request is not delayed; after a larger one as long as it took brings in the next burst, and spares commits and messages.
 */
export const gatheringPause = (batchSize: number, batchMs: number): number => (batchSize > 1 ? Math.min(LONGEST_PAUSE_MS, batchMs) : 0);
