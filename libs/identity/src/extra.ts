/** Attributes that Identity does not know, kept and shown as they were given. */
export type Extra = object;

/** What to write for these changes: a change of `extra` names some attributes only, and the others stay. */
export const withWholeExtra = <Changes extends { readonly extra?: Extra | null }>(
  before: { extra: Extra | null },
  changes: Changes,
): Changes => (changes.extra ? { ...changes, extra: { ...before.extra, ...changes.extra } } : changes);
