import { CloudError } from '#domain';
import type { RuleDefault } from '#policy';
import type { ApiContext } from '../http/index.js';

const READS = 'rule:project_reader_or_admin or rule:auditor';
const CHANGES = 'rule:project_member_or_admin';

/** Neutron's rules, as far as there is something to guard. The project is the one of the group, or of the caller where there is none yet. */
const CHECKS = {
  get_security_group: { check: READS, guards: 'GET /v2.0/security-groups, /v2.0/security-groups/{id}' },
  create_security_group: { check: CHANGES, guards: 'POST /v2.0/security-groups' },
  update_security_group: { check: CHANGES, guards: 'PUT /v2.0/security-groups/{id}' },
  delete_security_group: { check: CHANGES, guards: 'DELETE /v2.0/security-groups/{id}' },
  get_security_group_rule: { check: READS, guards: 'GET /v2.0/security-group-rules, /v2.0/security-group-rules/{id}' },
  create_security_group_rule: { check: CHANGES, guards: 'POST /v2.0/security-group-rules' },
  delete_security_group_rule: { check: CHANGES, guards: 'DELETE /v2.0/security-group-rules/{id}' },
  get_floatingip: { check: READS, guards: 'GET /v2.0/floatingips, /v2.0/floatingips/{id}' },
  create_floatingip: { check: CHANGES, guards: 'POST /v2.0/floatingips' },
  delete_floatingip: { check: CHANGES, guards: 'DELETE /v2.0/floatingips/{id}' },
  get_quota: { check: READS, guards: 'GET /v2.0/quotas/{project_id}' },
} as const;

export type NetworkRule = keyof typeof CHECKS;

export const networkRules: readonly RuleDefault[] = Object.entries(CHECKS).map(([name, rule]) => ({ name, ...rule }));

/** @throws CloudError `forbidden` in Neutron's words. */
export const authorize = (rule: NetworkRule, ctx: ApiContext, projectId = ctx.projectId): void => {
  if (!ctx.policy.allows(rule, ctx, { project_id: projectId, user_id: ctx.userId }))
    throw new CloudError('forbidden', `rule:${rule} is disallowed by policy`);
};
