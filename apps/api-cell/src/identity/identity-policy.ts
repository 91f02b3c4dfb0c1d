import { CloudError, isAdmin } from '#domain';
import type { ApiContext } from '../http/index.js';

const forbidden = (action: string): CloudError =>
  new CloudError('forbidden', `You are not authorized to perform the requested action: identity:${action}.`);

/** @throws CloudError `forbidden` naming the action as Keystone does */
export const requireAdmin = (ctx: ApiContext, action: string): void => {
  if (!isAdmin(ctx)) throw forbidden(action);
};

/** The user itself or an administrator. */
export const requireAdminOrSelf = (ctx: ApiContext, userId: string, action: string): void => {
  if (ctx.userId !== userId && !isAdmin(ctx)) throw forbidden(action);
};

/** Someone with a token of the project, or an administrator. */
export const requireAdminOrMember = (ctx: ApiContext, projectId: string, action: string): void => {
  if (ctx.projectId !== projectId && !isAdmin(ctx)) throw forbidden(action);
};

/** Services may look at any token, everybody at their own. */
export const requireAdminServiceOrSubject = (ctx: ApiContext, subject: { id: string }, action: string): void => {
  if (ctx.userId !== subject.id && !ctx.roles.has('service') && !isAdmin(ctx)) throw forbidden(action);
};
