import type { AdminOperationName, AdminRequest, AdminResult, Envelope } from '#contracts';
import type { CellName } from '#domain';
import type { Below } from '../queries.js';

/** On whose behalf an order is carried out. */
export interface Operator {
  readonly userId: string;
  readonly requestId: string;
}

/** What a handler knows besides the request. */
export interface AdminContext {
  readonly operator: Operator;
  /** As it came: its deadline is what is left for the answer. */
  readonly query: Envelope;
  readonly below: Below;
  /** Gives an order to a child on the same operator's behalf. @throws CloudError `unavailable` naming who does not answer. */
  askChild<O extends AdminOperationName>(child: CellName, operation: O, request: AdminRequest<O>): Promise<AdminResult<O>>;
}

/** One handler per operation. They run outside of a transaction, and make those that they need. */
export type AdminHandlers = {
  [O in AdminOperationName]: (request: AdminRequest<O>, context: AdminContext) => Promise<AdminResult<O>>;
};
/** The part of the handlers that one file has. */
export type AdminHandlersOf<O extends AdminOperationName> = Pick<AdminHandlers, O>;
