import type { RuleDefault } from '#policy';
import { admin, type RouteRule, reader, reading, ruleDefaultOf } from './policy.js';

/** Rules of what a request asks for beyond its route; Nova's names. */
export const innerRules = {
  listAllProjects: reading(admin('servers:index:get_all_tenants')),
  listAllServerGroups: reading(admin('os-server-groups:index:all_projects')),
  limitsOfOthers: reading(admin('limits:other_project')),
  allFilters: reading(admin('servers:allow_all_filters')),
  extendedAttributes: reading(admin('os-extended-server-attributes')),
  hostStatus: reading(admin('servers:show:host_status')),
  actionEvents: reading(admin('os-instance-actions:events')),
  /** Nova keeps it from users. Here they see why what they asked for failed. */
  actionEventDetails: reading(reader('os-instance-actions:events:details')),
  unlockOthers: admin('os-lock-server:unlock:unlock_override'),
  forceHost: admin('servers:create:forced_host'),
  unshelveToHost: admin('os-shelve:unshelve_to_host'),
  listAllMigrations: reading(admin('os-migrations:index:all_projects')),
  migrateToHost: admin('os-migrate-server:migrate:host'),
  migrateLiveToHost: admin('os-migrate-server:migrate_live:host'),
  /** Nova names this one without its usual prefix. */
  requestHost: { ...admin(''), name: 'compute:servers:create:requested_destination' },
} as const satisfies Record<string, RouteRule>;

const GUARDS: Readonly<Record<keyof typeof innerRules, string>> = {
  listAllProjects: 'GET /servers?all_tenants=1',
  listAllServerGroups: 'GET /os-server-groups?all_projects=1',
  limitsOfOthers: "GET /limits?tenant_id= another project's",
  allFilters: 'GET /servers with filters and sort keys of operators',
  extendedAttributes: 'OS-EXT-SRV-ATTR fields of servers',
  hostStatus: 'host_status of servers',
  actionEvents: 'GET /servers/:id/os-instance-actions/:id: events before 2.51, their host and traceback',
  actionEventDetails: 'GET /servers/:id/os-instance-actions/:id: details of events',
  unlockOthers: 'POST /servers/:id/action (unlock) of what an administrator has locked',
  listAllMigrations: 'GET /os-migrations of every project',
  migrateToHost: 'POST /servers/:id/action (migrate) with host',
  migrateLiveToHost: 'POST /servers/:id/action (os-migrateLive) with host',
  forceHost: 'POST /servers with availability_zone: ZONE:HOST',
  unshelveToHost: 'POST /servers/:id/action (unshelve) with host',
  requestHost: 'POST /servers with host or hypervisor_hostname',
};

export const innerRuleDefaults: readonly RuleDefault[] = (Object.keys(GUARDS) as (keyof typeof innerRules)[]).map(key =>
  ruleDefaultOf(innerRules[key], GUARDS[key]),
);
