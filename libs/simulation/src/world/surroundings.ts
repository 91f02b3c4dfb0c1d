import type { CellStore, Scheduling, UnitOfWork } from '#cell';
import type { ComputeAgent, ComputeAgentDeps } from '#compute-agent';
import type { Envelope, Frame, ProtocolRange } from '#contracts';
import type { MemoryStoreParts } from '../store/memory-cell-store.js';
import type { SimulatedBroker } from './broker.js';
import type { MachineClock } from './clocks.js';
import type { Dice } from './dice.js';
import type { Invariant } from './invariants/invariant.js';
import type { SimulatedCell } from './simulated-cell.js';
import type { SimulatedHost } from './simulated-host.js';
import type { SimulatedProcess } from './simulated-process.js';
import type { Timeline } from './timeline.js';
import type { Sky } from './weather.js';

/** What the specs break on purpose, to see that the invariants notice. */
export interface Tampering {
  readonly makeStore?: (parts: MemoryStoreParts) => CellStore;
  /** The compute service of a host, instead of the usual one. Called for each of its runs. */
  readonly makeAgent?: (deps: ComputeAgentDeps) => ComputeAgent;
  /** By what a cell chooses, instead of what is usual. Called for each process. */
  readonly scheduling?: (usual: Scheduling) => Scheduling;
  /** Called for each frame before a cell handles it. */
  readonly frame?: (frame: Frame) => Frame;
  /** Which versions the build of a cell, or of a host (`cell@host`), speaks; those of this release when left out. */
  readonly protocolOf?: (cell: string) => ProtocolRange | undefined;
  /** Whether a question to a child cell is answered; always when left out. */
  readonly isAnswered?: (query: Envelope) => boolean;
  /** Whoever asks waits for ever. */
  readonly waitsForEver?: boolean;
}

/** What all parts of one world share. */
export interface Surroundings {
  readonly seed: number;
  readonly timeline: Timeline;
  readonly sky: Sky;
  readonly broker: SimulatedBroker;
  readonly tampering: Tampering;
  /** Ids of the images that have their data. */
  readonly images: Set<string>;
  /** Each part of the world has its own, by name. */
  dice(name: string): Dice;
  /** Of a cell, by its path, or of a host, as `cell@host`. */
  clockOf(machine: string): MachineClock | undefined;
  findCell(path: string): SimulatedCell | undefined;
  findHost(name: string): SimulatedHost | undefined;
  /** For the story that a failure prints. */
  note(event: string): void;
  /** Something happened that must never happen, whatever comes later. */
  accuse(invariant: Invariant, text: string): void;
  /** A transaction of the cell is about to be written. */
  committed(cell: SimulatedCell, work: UnitOfWork): void;
  /** The process dies now, and comes back after a while. */
  kill(process: SimulatedProcess): void;
  /** Delivers a report to a process of the cell, or to none. */
  report(cell: string, body: string): void;
}
