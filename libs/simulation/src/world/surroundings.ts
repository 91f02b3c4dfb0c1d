import type { CellStore } from '#cell';
import type { Envelope, Frame, ProtocolRange } from '#contracts';
import type { MemoryStoreParts } from '../store/memory-cell-store.js';
import type { SimulatedBroker } from './broker.js';
import type { Dice, Sky } from './chance.js';
import type { SimulatedProcess } from './simulated-process.js';
import type { Timeline } from './timeline.js';

/** What the specs break on purpose, to see that the invariants notice. */
export interface Tampering {
  readonly makeStore?: (parts: MemoryStoreParts) => CellStore;
  /** Called for each frame before a cell handles it. */
  readonly frame?: (frame: Frame) => Frame;
  /** Which versions the build of a cell speaks; those of this release when left out. */
  readonly protocolOf?: (cell: string) => ProtocolRange | undefined;
  /** Whether a question between cells is answered; always when left out. */
  readonly isAnswered?: (query: Envelope) => boolean;
}

/** What all parts of one world share. */
export interface Surroundings {
  readonly timeline: Timeline;
  readonly dice: Dice;
  readonly sky: Sky;
  readonly broker: SimulatedBroker;
  readonly tampering: Tampering;
  /** For the trace that a failure prints. */
  note(event: string): void;
  /** Something happened that must never happen, whatever comes later. */
  accuse(violation: string): void;
  /** The process dies now, and comes back after a while. */
  kill(process: SimulatedProcess): void;
  /** Delivers a report to a process of the cell, or to none. */
  report(cell: string, body: string): void;
  /** Asks a process of the cell, and gives its answer. @throws CloudError `unavailable` when none comes in time. */
  ask(cell: string, query: Envelope): Promise<unknown>;
}
