import type { HostRow } from '../rows.js';

/** Nova marks so what it has disabled by itself. */
const AUTO = 'AUTO: ';

/**
 * A host that speaks no version of the protocol that this cell does is disabled, with the reason where operators look for one, and
 * enabled again when it does. What an operator has disabled stays so.
 * @param mismatch why the two do not understand each other; undefined when they do
 */
export const afterHearing = (host: HostRow, mismatch: string | undefined): HostRow => {
  const isRefused = !host.enabled && (host.disabledReason?.startsWith(AUTO) ?? false);
  const reason = mismatch === undefined ? null : `${AUTO}${mismatch}`;
  if (reason === null ? !isRefused : !host.enabled && (!isRefused || host.disabledReason === reason)) return host;
  // As with an order of an operator: a placement that has read the host before chooses anew.
  return { ...host, enabled: reason === null, disabledReason: reason, generation: host.generation + 1 };
};
