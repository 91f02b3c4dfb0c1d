import type { CellPath } from '#domain';
import { type CellPolicy, cellPolicy, type HostPolicy, hostPolicy, type PolicyChoice } from '#scheduling';

/** By what a cell chooses, as its operator wants it. */
export interface SchedulerSettings {
  readonly hosts?: PolicyChoice;
  readonly cells?: PolicyChoice;
  /** A build tries so many hosts of one cell before the cell gives it back; 3 when left out. Nova's scheduler.max_attempts. */
  readonly maxAttempts?: number;
}

/** The same for whoever decides, rehearses or counts in a cell: they would not agree otherwise. */
export interface Scheduling {
  readonly hosts: HostPolicy;
  readonly cells: CellPolicy;
  readonly maxAttempts: number;
}

/** @throws CloudError `invalid` for a filter or weigher that does not exist. */
export const schedulingOf = (cell: CellPath, { hosts, cells, maxAttempts = 3 }: SchedulerSettings = {}): Scheduling => ({
  hosts: hostPolicy({ ...hosts, cell }),
  cells: cellPolicy({ ...cells, cell }),
  maxAttempts,
});
