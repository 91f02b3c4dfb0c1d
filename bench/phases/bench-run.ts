import type { Cloud } from '../cloud.js';
import type { Load } from '../generator/load.js';
import type { Probe } from '../measure/probe.js';
import type { BenchOptions } from '../options.js';
import type { Profiler } from '../profile/profiler.js';

/** What every phase works with. */
export interface BenchRun {
  readonly options: BenchOptions;
  readonly cloud: Cloud;
  readonly load: Load;
  readonly probe: Probe;
  /** Absent without --profile. */
  readonly profiler: Profiler | undefined;
  readonly signal: AbortSignal;
  say(line: string): void;
}
