import type { Cell } from '../cell.js';
import type { CellStore } from '../store.js';
import type { AdminHandlers } from './admin-context.js';
import { cellHandlers } from './cells.admin.js';

/** How the cell is reached, and who it is; facts that only its process knows. */
export interface CellFacts {
  /** The account and the address of the cell's own broker, and of the parent's. */
  readonly brokers: { readonly own: BrokerAddress; readonly parent?: BrokerAddress };
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
}

/** All that this cell does for an operator. */
export const adminHandlers = (parts: AdminParts): AdminHandlers => ({
  ...cellHandlers(parts),
});
