import type { UnitOfWork } from '#cell';
import type { SimulatedCell } from '../simulated-cell.js';
import type { World } from '../world.js';

/** One thing that holds whatever goes wrong. Each way of looking gives the violations it sees, empty when all is well. */
export interface Invariant {
  /** A claim, which a failure prints. */
  readonly name: string;
  /** Looked at several times a second, while things go wrong. */
  readonly always?: (world: World) => string[];
  /** Looked at when a transaction commits, with the rows as they were before. */
  readonly atCommit?: (cell: SimulatedCell, work: UnitOfWork) => string[];
  /** Looked at when everything is mended and the world has come to rest. */
  readonly atRest?: (world: World) => string[];
}

export interface Violation {
  readonly invariant: string;
  readonly text: string;
}
