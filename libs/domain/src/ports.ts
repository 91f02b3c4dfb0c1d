/** Time as the cell sees it; the simulation gives its own. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

/** Chance as the cell sees it; seeded in the simulation. */
export interface Random {
  /** At least 0, below 1. */
  fraction(): number;
  uuid(): string;
}

/** Structured log: an event and its fields. `child` binds fields to every later line. */
export interface Logger {
  debug(event: string, fields?: Record<string, unknown>): void;
  info(event: string, fields?: Record<string, unknown>): void;
  warn(event: string, fields?: Record<string, unknown>): void;
  error(event: string, fields?: Record<string, unknown>): void;
  child(fields: Record<string, unknown>): Logger;
}

export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {}, child: () => silentLogger };

/** Counts what becomes of builds in a cell. A transaction that was begun anew counts twice. */
export interface BuildMeter {
  /** It was `ordered` here, is `active` on a host of this cell, or was `rejected`: there was no place here or below. */
  build(outcome: 'ordered' | 'active' | 'rejected'): void;
  /** A choice begins; what is given is called when it was made. */
  choice(among: 'hosts' | 'cells'): () => void;
}

const nothing = (): void => undefined;
export const silentMeter: BuildMeter = { build: nothing, choice: () => nothing };
