import { fieldsOf, view } from '#microversion';
import type { QuotaResource, QuotaSet } from './quota-resources.js';
import type { QuotaUse } from './quota-use.js';

/** One reading of a set: limits as numbers, or as objects with what is in use. */
export interface QuotaSource {
  /** Of the project or class; undefined leaves it out. */
  readonly id?: string | undefined;
  readonly of: (resource: QuotaResource) => unknown;
}

const { always, since, until } = fieldsOf<QuotaSource>();
const resource = (name: QuotaResource) => (source: QuotaSource) => source.of(name);

const common = {
  id: always(q => q.id),
  cores: always(resource('cores')),
  instances: always(resource('instances')),
  key_pairs: always(resource('key_pairs')),
  metadata_items: always(resource('metadata_items')),
  ram: always(resource('ram')),
  injected_file_content_bytes: until('2.56', resource('injected_file_content_bytes')),
  injected_file_path_bytes: until('2.56', resource('injected_file_path_bytes')),
  injected_files: until('2.56', resource('injected_files')),
} as const;

export const quotaSet = view<QuotaSource>({
  ...common,
  fixed_ips: until('2.35', resource('fixed_ips')),
  floating_ips: until('2.35', resource('floating_ips')),
  security_group_rules: until('2.35', resource('security_group_rules')),
  security_groups: until('2.35', resource('security_groups')),
  server_group_members: always(resource('server_group_members')),
  server_groups: always(resource('server_groups')),
});

export const quotaClassSet = view<QuotaSource>({
  ...common,
  fixed_ips: until('2.49', resource('fixed_ips')),
  floating_ips: until('2.49', resource('floating_ips')),
  security_group_rules: until('2.49', resource('security_group_rules')),
  security_groups: until('2.49', resource('security_groups')),
  server_group_members: since('2.50', resource('server_group_members')),
  server_groups: since('2.50', resource('server_groups')),
});

export interface LimitsSource {
  readonly limits: QuotaSet;
  readonly use: QuotaUse;
}

const of = fieldsOf<LimitsSource>();

/** `absolute` of `GET /limits`. */
export const absoluteLimits = view<LimitsSource>({
  maxServerMeta: of.always(l => l.limits.metadata_items),
  maxPersonality: of.until('2.56', l => l.limits.injected_files),
  totalServerGroupsUsed: of.always(l => l.use.server_groups),
  maxImageMeta: of.until('2.38', l => l.limits.metadata_items),
  maxPersonalitySize: of.until('2.56', l => l.limits.injected_file_content_bytes),
  maxTotalKeypairs: of.always(l => l.limits.key_pairs),
  maxSecurityGroupRules: of.until('2.35', l => l.limits.security_group_rules),
  maxServerGroups: of.always(l => l.limits.server_groups),
  totalCoresUsed: of.always(l => l.use.cores),
  totalRAMUsed: of.always(l => l.use.ram),
  totalInstancesUsed: of.always(l => l.use.instances),
  maxSecurityGroups: of.until('2.35', l => l.limits.security_groups),
  totalFloatingIpsUsed: of.until('2.35', l => l.use.floating_ips),
  maxTotalCores: of.always(l => l.limits.cores),
  maxServerGroupMembers: of.always(l => l.limits.server_group_members),
  maxTotalFloatingIps: of.until('2.35', l => l.limits.floating_ips),
  totalSecurityGroupsUsed: of.until('2.35', l => l.use.security_groups),
  maxTotalInstances: of.always(l => l.limits.instances),
  maxTotalRAMSize: of.always(l => l.limits.ram),
});
