import type { QueueDepth } from '#contracts';
import type { Cell } from '../cell.js';
import type { ChildComparison } from '../comparison/compare-children.js';
import type { GlobalsCache } from '../globals.js';
import { hostHandlers } from '../hosts/hosts.admin.js';
import type { Inbox } from '../inbox.js';
import type { Joins } from '../joining/joins.js';
import type { Rehearsal } from '../rehearsal.js';
import type { StatusTeller } from '../status/status-teller.js';
import type { CellStore } from '../store.js';
import type { AdminHandlers } from './admin-context.js';
import { cellHandlers } from './cells.admin.js';
import { dryRunHandlers } from './dry-run.admin.js';
import { explainHandlers } from './explain.admin.js';
import { fitHandlers } from './fit.admin.js';
import { joiningHandlers } from './joining.admin.js';
import { messageHandlers } from './messages.admin.js';

/** How the cell is reached, and who it is; facts that only its process knows. */
export interface CellFacts {
  /** The account and the address of the cell's own broker, and of the parent's. */
  readonly brokers: { readonly own: BrokerAddress; readonly parent?: BrokerAddress };
  /** What waits in these queues of the cell's own broker; those that it does not have are left out. */
  readonly queueDepths?: (queues: BrokerQueues) => Promise<QueueDepth[]>;
}

/** Whose queues they are. */
export interface BrokerQueues {
  readonly children: readonly string[];
  readonly hosts: readonly string[];
}

export interface BrokerAddress {
  readonly username: string;
  readonly host: string;
  readonly port: number;
}

export interface AdminParts {
  readonly cell: Cell;
  readonly store: CellStore;
  readonly facts: CellFacts;
  readonly comparison: ChildComparison;
  readonly inbox: Inbox;
  readonly joins: Joins;
  readonly rehearsal: Rehearsal;
  readonly globals: GlobalsCache;
  readonly teller: StatusTeller;
}

/** All that this cell does for an operator. */
export const adminHandlers = (parts: AdminParts): AdminHandlers => ({
  ...cellHandlers(parts),
  ...messageHandlers(parts),
  ...joiningHandlers(parts),
  ...explainHandlers(parts),
  ...dryRunHandlers(parts),
  ...fitHandlers(parts),
  ...hostHandlers(parts),
});
