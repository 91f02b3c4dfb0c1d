import type { z } from 'zod';
import { cellOperations } from './cells.operations.js';
import { explainOperations } from './explain.operations.js';
import { hostOperations } from './hosts.operations.js';
import { joiningOperations } from './joining.operations.js';
import { messageOperations } from './messages.operations.js';
import type { AdminOperation } from './operation.js';

/** Everything that `cell.admin` may carry. One row per operation; nothing else is answered. */
export const adminOperations = {
  ...cellOperations,
  ...explainOperations,
  ...messageOperations,
  ...joiningOperations,
  ...hostOperations,
} as const satisfies Record<string, AdminOperation>;

export type AdminOperations = typeof adminOperations;
export type AdminOperationName = keyof AdminOperations;
export type AdminRequest<O extends AdminOperationName> = z.infer<AdminOperations[O]['request']>;
export type AdminResult<O extends AdminOperationName> = z.infer<AdminOperations[O]['result']>;

export const isAdminOperation = (name: string): name is AdminOperationName => Object.hasOwn(adminOperations, name);
