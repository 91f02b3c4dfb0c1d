import type { CapacityReport } from '#contracts';
import type { Reservation } from '../capacity/reservation.js';
import type { Weigher } from '../ranking.js';
import type { Filter } from '../sieve.js';

/** One child as its parent's view has it, or a cell's own hosts taken together. */
export interface CellCandidate {
  readonly name: string;
  readonly enabled: boolean;
  /** Percent of what fits there that is kept back. */
  readonly draining: number;
  /** Why it and its parent do not understand each other; undefined when they do. */
  readonly incompatible?: string | undefined;
  /** Silent for longer than the parent waits. */
  readonly mute: boolean;
  /** Since it was last heard of. */
  readonly silentSeconds: number;
  /** Null until its first report. */
  readonly report: CapacityReport | null;
  /** Sent there and not in the report yet. `pickCells` adds to it in place, so it must belong to this view alone. */
  readonly reserved: Reservation[];
  /** The operator's thumb on the scale: added to the weight as it is. 0 when there is none. */
  readonly weightOffset: number;
  /** What fits there is weighed as if it were so many times as much. */
  readonly weightScale: number;
  /** Its report is from before the newest aggregates: its zones may be others by now. */
  readonly outdated: boolean;
  /** What may be in it and below it, null for no limit; and what is. */
  readonly quota: { readonly [resource in keyof CellUse]: number | null } | null;
  readonly used: CellUse;
}

export interface CellUse {
  readonly instances: number;
  readonly cores: number;
  readonly ramMb: number;
}

export type CellFilter = Filter<CellCandidate>;
export type CellWeigher = Weigher<CellCandidate>;
