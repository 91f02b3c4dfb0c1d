import type { AdminOperationName, AdminRequest, AdminResult } from '#contracts';
import { type CellName, CloudError, childPath, messageOf } from '#domain';
import type { Cell } from '../cell.js';
import type { AdminContext } from './admin-context.js';

export interface ChildAnswer<O extends AdminOperationName> {
  readonly child: string;
  readonly path: string;
  /** Undefined when the child does not answer. */
  readonly result: AdminResult<O> | undefined;
}

/** Asks several children at once, each its own. One that does not answer does not keep the answers of the others. */
export const askChildren = <O extends AdminOperationName>(
  cell: Cell,
  context: AdminContext,
  operation: O,
  requests: ReadonlyMap<string, AdminRequest<O>>,
): Promise<ChildAnswer<O>[]> =>
  Promise.all(
    [...requests].map(async ([child, request]) => {
      const path = childPath(cell.path, child as CellName);
      try {
        return { child, path, result: await context.askChild(child as CellName, operation, request) };
      } catch (error) {
        if (!(error instanceof CloudError)) throw error;
        cell.log.warn('a child did not answer an operator', {
          child,
          operation,
          requestId: context.operator.requestId,
          reason: messageOf(error),
        });
        return { child, path, result: undefined };
      }
    }),
  );

/** Groups what is asked by whom it is asked of. */
export const byChild = <T>(items: readonly T[], childrenOf: (item: T) => readonly string[]): Map<string, T[]> => {
  const groups = new Map<string, T[]>();
  for (const item of items) for (const child of childrenOf(item)) groups.set(child, [...(groups.get(child) ?? []), item]);
  return groups;
};
