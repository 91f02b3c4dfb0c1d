import { CloudError } from '#domain';
import type { Target } from '#policy';
import type { ApiContext } from '../http/index.js';
import type { IdentityAction } from './identity-rules.js';

/** @throws CloudError `forbidden` naming the action as Keystone does */
export const authorize = (ctx: ApiContext, action: IdentityAction, target: Target = {}): void => {
  if (!ctx.policy.allows(`identity:${action}`, ctx, target))
    throw new CloudError('forbidden', `You are not authorized to perform the requested action: identity:${action}.`);
};

/** For what is about one user. */
export const authorizeForUser = (ctx: ApiContext, action: IdentityAction, userId: string): void =>
  authorize(ctx, action, { 'target.user.id': userId, user_id: userId });

/** For what is about one project. */
export const authorizeForProject = (ctx: ApiContext, action: IdentityAction, projectId: string): void =>
  authorize(ctx, action, { 'target.project.id': projectId, project_id: projectId });

/** For what is about a secret of one user. */
export const authorizeForCredential = (ctx: ApiContext, action: IdentityAction, userId: string): void =>
  authorize(ctx, action, { 'target.credential.user_id': userId, user_id: userId });

/** What is made with an application credential makes no other, unless it was made for that. @throws CloudError `forbidden` */
export const refuseRestricted = ({ identity }: ApiContext): void => {
  if (identity.applicationCredential && !identity.applicationCredential.unrestricted)
    throw new CloudError(
      'forbidden',
      'Using method application_credential is not allowed for managing additional application credentials.',
    );
};
