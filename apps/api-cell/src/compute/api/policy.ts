import { CloudError, type RequestContext } from '#domain';

/** Who may call a route: a role that the token must have (roles imply each other, so `admin` has all of them), and Nova's name of the rule. */
export interface Policy {
  readonly role: 'any' | 'reader' | 'member' | 'admin';
  /** As it stands in Nova's policy files, without `os_compute_api:`. */
  readonly rule: string;
}

export const anyone = (rule: string): Policy => ({ role: 'any', rule });
export const reader = (rule: string): Policy => ({ role: 'reader', rule });
export const member = (rule: string): Policy => ({ role: 'member', rule });
export const admin = (rule: string): Policy => ({ role: 'admin', rule });

export const allows = (policy: Policy, ctx: RequestContext): boolean =>
  policy.role === 'any' || ctx.roles.has(policy.role) || ctx.roles.has('admin');

/** @throws CloudError `forbidden` in Nova's words. */
export const authorize = (policy: Policy, ctx: RequestContext): void => {
  if (!allows(policy, ctx)) throw new CloudError('forbidden', `Policy doesn't allow os_compute_api:${policy.rule} to be performed.`);
};

/** For routes that name a project: its own for everyone, any for an administrator. */
export const authorizeProject = (policy: Policy, ctx: RequestContext, projectId: string): void => {
  if (projectId !== ctx.projectId) authorize({ ...policy, role: 'admin' }, ctx);
  else authorize(policy, ctx);
};
