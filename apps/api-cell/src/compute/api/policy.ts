import { CloudError } from '#domain';
import type { RuleDefault, Target } from '#policy';
import type { PolicedContext } from '../../http/index.js';
import type { Route } from './route.js';

/** Nova's rule of a route, and to whom it is open unless the operator's policy file says otherwise. */
export interface RouteRule {
  readonly role: keyof typeof CHECKS;
  /** As it stands in Nova's policy files: `os_compute_api:servers:create`. */
  readonly name: string;
  /** It changes nothing, so an auditor may. */
  readonly reads: boolean;
}

const ruleFor =
  (role: RouteRule['role']) =>
  (rule: string): RouteRule => ({ role, name: `os_compute_api:${rule}`, reads: false });

/** @param rule without `os_compute_api:` */
export const anyone = ruleFor('any');
export const reader = ruleFor('reader');
export const member = ruleFor('member');
export const manager = ruleFor('manager');
export const admin = ruleFor('admin');
export const service = ruleFor('service');
/** Of what belongs to a user: to that user, in whatever project. */
export const sameUser = ruleFor('sameUser');

/** For routes that Nova's policy says nothing about: who is logged in may ask, and another service decides. It is not in the reference. */
export const noRule = anyone('gone');

/** The rule of what only reads. Routes with the method GET have it without being told. */
export const reading = (rule: RouteRule): RouteRule => ({ ...rule, reads: true });

/** Nova's default rules. The project is the one of the server, or of the caller where there is none yet. */
const CHECKS = {
  any: '@',
  reader: 'rule:project_reader_or_admin',
  member: 'rule:project_member_or_admin',
  manager: 'rule:project_manager_or_admin',
  admin: 'rule:context_is_admin',
  service: 'rule:service_or_admin',
  // Who is an auditor and nothing else changes nothing, not even what is his own.
  sameUser: 'rule:context_is_admin or (user_id:%(user_id)s and (role:reader or not role:auditor))',
} as const;

export const allows = (rule: RouteRule, ctx: PolicedContext, target: Target = ownTarget(ctx)): boolean => {
  const { policy } = ctx;
  if (policy.textOf(rule.name) === undefined) policy.declare([{ name: rule.name, check: checkOf(rule) }]);
  return policy.allows(rule.name, ctx, target);
};

/** @throws CloudError `forbidden` in Nova's words. */
export const authorize = (rule: RouteRule, ctx: PolicedContext, target?: Target): void => {
  if (!allows(rule, ctx, target)) throw new CloudError('forbidden', `Policy doesn't allow ${rule.name} to be performed.`);
};

/** For routes that name a project: with the default rules its own for everyone, any for an administrator. */
export const authorizeProject = (rule: RouteRule, ctx: PolicedContext, projectId: string): void =>
  authorize(rule, ctx, { project_id: projectId, user_id: ctx.userId });

/** For routes that may name another user: with the default rules oneself for everyone, anybody for an administrator. */
export const authorizeUser = (rule: RouteRule, ctx: PolicedContext, userId: string): void =>
  authorize(rule, ctx, { project_id: ctx.projectId, user_id: userId });

/** The rules of a route table, each once, with what they guard. */
export const rulesOf = (routes: readonly Route[]): RuleDefault[] => {
  const found = new Map<string, { rule: RouteRule; guards: string[] }>();
  for (const { method, path, endpoints } of routes) {
    for (const { policy: rule, action } of endpoints) {
      const guards = `${method} ${path}${action === undefined ? '' : ` (${action})`}`;
      const known = found.get(rule.name);
      // One rule for reading and for changing is a rule for changing.
      found.set(
        rule.name,
        known ? { rule: known.rule.reads ? rule : known.rule, guards: [...known.guards, guards] } : { rule, guards: [guards] },
      );
    }
  }
  found.delete(noRule.name);
  return [...found.values()].map(({ rule, guards }) => ruleDefaultOf(rule, [...new Set(guards)].join(', ')));
};

export const ruleDefaultOf = (rule: RouteRule, guards: string): RuleDefault => ({ name: rule.name, check: checkOf(rule), guards });

const checkOf = ({ role, reads }: RouteRule): string => {
  if (!reads || role === 'any') return CHECKS[role];
  return role === 'admin' ? 'rule:admin_or_auditor' : `${CHECKS[role]} or rule:auditor`;
};

const ownTarget = (ctx: PolicedContext): Target => ({ project_id: ctx.projectId, user_id: ctx.userId });
