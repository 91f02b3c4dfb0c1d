import type { RefusedHost } from '#contracts';
import type { HostRow } from '../rows.js';

/** Nova marks so what it has disabled by itself. */
const AUTO = 'AUTO: ';

/** Disabled by its cell, not by an operator. */
export const isRefused = (host: HostRow): boolean => !host.enabled && (host.disabledReason?.startsWith(AUTO) ?? false);

/** Why its cell refuses it. */
export const refusalOf = ({ host, disabledReason }: HostRow): RefusedHost => ({ host, reason: disabledReason?.slice(AUTO.length) ?? '' });

/**
 * A host that speaks no version of the protocol that this cell does is disabled, with the reason where operators look for one, and
 * enabled again when it does. What an operator has disabled stays so.
 * @param mismatch why the two do not understand each other; undefined when they do
 */
export const afterHearing = (host: HostRow, mismatch: string | undefined): HostRow => {
  const reason = mismatch === undefined ? null : `${AUTO}${mismatch}`;
  if (reason === null ? !isRefused(host) : !host.enabled && (!isRefused(host) || host.disabledReason === reason)) return host;
  // As with an order of an operator: a placement that has read the host before chooses anew.
  return { ...host, enabled: reason === null, disabledReason: reason, generation: host.generation + 1 };
};
