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
