import type { GuestOutcome } from '#contracts';
import { CloudError, type ErrorKind, messageOf } from '#domain';

/** Kinds that would be the same on any host. A conflict is one with a newer placement: nothing is to be built anywhere for the older. */
const SAME_EVERYWHERE: ReadonlySet<ErrorKind> = new Set<ErrorKind>(['invalid', 'conflict', 'notFound', 'tooLarge']);

/** An error as it travels in an outcome. `retryable`: another host may do better. */
export const outcomeError = (error: unknown): NonNullable<GuestOutcome['error']> => {
  const kind: ErrorKind = error instanceof CloudError ? error.kind : 'internal';
  return { kind, message: messageOf(error), retryable: !SAME_EVERYWHERE.has(kind) };
};
