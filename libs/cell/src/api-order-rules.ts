import { CloudError, isAdmin, type RequestContext, unfit } from '#domain';
import type { InstanceRow } from './rows.js';
import type { UnitOfWork } from './unit-of-work.js';

/** No one else may take it back, so it does not grow old on its way to a cell that is away. */
export const NEVER = Number.MAX_SAFE_INTEGER;

/** A server that the caller may see. @throws CloudError `notFound` */
export const visible = (tx: UnitOfWork, ctx: RequestContext, uuid: string): InstanceRow => {
  const row = tx.instances.get(uuid);
  const owner = tx.requestSpecs.get(uuid)?.spec.projectId;
  if (!row || row.deletedAt || (owner !== ctx.projectId && !isAdmin(ctx)))
    throw new CloudError('notFound', `Instance ${uuid} could not be found.`);
  return row;
};

/** As `visible`. @throws CloudError `conflict` too, when it is locked and the caller is no administrator. */
export const changeable = (tx: UnitOfWork, ctx: RequestContext, uuid: string): InstanceRow => {
  const row = visible(tx, ctx, uuid);
  if (row.lock && !isAdmin(ctx)) throw new CloudError('conflict', `Instance ${uuid} is locked`);
  return row;
};

/**
 * Why an action that its state allows cannot be done with a server all the same, in Nova's words: it was never on a host, or is on none
 * that is known.
 */
export const whyNotReady = (method: string, { uuid, launchedAt, nextHop }: InstanceRow): string | undefined => {
  if (launchedAt === null) return unfit(method, uuid);
  return nextHop === null ? `Instance ${uuid} is not ready` : undefined;
};

/** An entry of the action log. */
export const record = (tx: UnitOfWork, ctx: RequestContext, instanceUuid: string, action: string): void =>
  tx.actions.add({ instanceUuid, requestId: ctx.requestId, action, userId: ctx.userId, projectId: ctx.projectId, startTime: tx.now });
