import type { RuleDefault } from './policy.js';

/** The names that rules are made of: those of Nova's and Keystone's policy files, and the auditor. */
export const COMMON_RULES: readonly RuleDefault[] = [
  { name: 'context_is_admin', check: 'role:admin', guards: 'who is an administrator' },
  { name: 'auditor', check: 'role:auditor', guards: 'who may read what every project has, and change nothing' },
  { name: 'admin_or_auditor', check: 'rule:context_is_admin or rule:auditor' },
  { name: 'admin_api', check: 'rule:context_is_admin' },
  { name: 'admin_required', check: 'rule:context_is_admin' },
  { name: 'owner', check: 'user_id:%(user_id)s' },
  { name: 'admin_or_owner', check: 'rule:context_is_admin or project_id:%(project_id)s' },
  { name: 'service_api', check: 'role:service' },
  { name: 'service_role', check: 'role:service' },
  { name: 'service_or_admin', check: 'rule:service_api or rule:context_is_admin' },
  { name: 'project_manager_api', check: 'role:manager and project_id:%(project_id)s' },
  { name: 'project_member_api', check: 'role:member and project_id:%(project_id)s' },
  { name: 'project_reader_api', check: 'role:reader and project_id:%(project_id)s' },
  { name: 'project_manager_or_admin', check: 'rule:project_manager_api or rule:context_is_admin' },
  { name: 'project_member_or_admin', check: 'rule:project_member_api or rule:context_is_admin' },
  { name: 'project_reader_or_admin', check: 'rule:project_reader_api or rule:context_is_admin' },
];
