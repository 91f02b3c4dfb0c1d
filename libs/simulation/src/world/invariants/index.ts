import { buildsEnd } from './builds-end.js';
import { cellsNotOverpromised } from './cells-not-overpromised.js';
import { claimsAddUp } from './claims-add-up.js';
import { disabledNotChosen } from './disabled-not-chosen.js';
import { edgesAgree } from './edges-agree.js';
import { hostsNotOverfilled } from './hosts-not-overfilled.js';
import type { Invariant } from './invariant.js';
import { locksKept } from './locks-kept.js';
import { mirrorsEqualOwners } from './mirrors-equal-owners.js';
import { movedOnOnce } from './moved-on-once.js';
import { noProcessFails } from './no-process-fails.js';
import { nothingLeftBehind } from './nothing-left-behind.js';
import { questionsAnswered } from './questions-answered.js';
import { quotasAddUp } from './quotas-add-up.js';
import { quotasNotOverfilled } from './quotas-not-overfilled.js';
import { recordsTell } from './records-tell.js';
import { serversNotDoubled } from './servers-not-doubled.js';
import { serversNotLost } from './servers-not-lost.js';
import { serversNotResurrected } from './servers-not-resurrected.js';
import { traitsKept } from './traits-kept.js';
import { zonesKept } from './zones-kept.js';

export type { Invariant, Violation } from './invariant.js';

/** All of them; mutations.sim.spec.ts breaks something for each. */
export const INVARIANTS: readonly Invariant[] = [
  serversNotLost,
  serversNotDoubled,
  movedOnOnce,
  serversNotResurrected,
  hostsNotOverfilled,
  cellsNotOverpromised,
  quotasNotOverfilled,
  disabledNotChosen,
  zonesKept,
  traitsKept,
  locksKept,
  buildsEnd,
  nothingLeftBehind,
  claimsAddUp,
  mirrorsEqualOwners,
  edgesAgree,
  quotasAddUp,
  recordsTell,
  questionsAnswered,
  noProcessFails,
];
