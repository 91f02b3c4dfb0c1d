/** A version of the compute API, both ends of every range inclusive: `2.1`, `2.90`. */
export type Microversion = `2.${number}`;

/** What each version brought, one line each. A number that is not here cannot be named by a view, a schema or a route. */
const CHANGES: readonly string[] = [
  /* 2.1 */ 'v2.0 with strict validation of requests',
  /* 2.2 */ 'type of a key pair; creating one answers 201, deleting one 204',
  /* 2.3 */ 'more OS-EXT-SRV-ATTR attributes of a server, delete_on_termination of attached volumes',
  /* 2.4 */ 'reserved in os-fixed-ips',
  /* 2.5 */ 'the ip6 filter of servers for everyone',
  /* 2.6 */ 'remote-consoles replaces the os-get*Console actions',
  /* 2.7 */ 'granting access to a public flavor is a conflict',
  /* 2.8 */ 'the mks remote console',
  /* 2.9 */ 'locked of a server',
  /* 2.10 */ 'an administrator handles the key pairs of other users',
  /* 2.11 */ 'forced_down of services',
  /* 2.12 */ 'net_id of virtual interfaces',
  /* 2.13 */ 'project_id and user_id of server groups',
  /* 2.14 */ 'evacuate without onSharedStorage, its answer without adminPass',
  /* 2.15 */ 'soft affinity and soft anti-affinity',
  /* 2.16 */ 'host_status of a server',
  /* 2.17 */ 'the trigger_crash_dump action',
  /* 2.18 */ 'the project id in the path is optional',
  /* 2.19 */ 'description of a server',
  /* 2.20 */ 'volumes of a shelved server',
  /* 2.21 */ 'instance actions of deleted servers',
  /* 2.22 */ 'force_complete of a live migration',
  /* 2.23 */ 'the migrations of a server',
  /* 2.24 */ 'aborting a live migration',
  /* 2.25 */ 'block_migration auto',
  /* 2.26 */ 'tags of a server',
  /* 2.27 */ 'the OpenStack-API-Version header',
  /* 2.28 */ 'cpu_info of a hypervisor is an object',
  /* 2.29 */ 'evacuate checks the host, force',
  /* 2.30 */ 'force of a live migration',
  /* 2.31 */ 'console auth tokens of every type',
  /* 2.32 */ 'device tags at boot',
  /* 2.33 */ 'hypervisors in pages',
  /* 2.34 */ 'checks of a live migration run in the background',
  /* 2.35 */ 'key pairs in pages',
  /* 2.36 */ 'proxies to other services are gone, with their quotas and limits',
  /* 2.37 */ 'networks is required, auto and none',
  /* 2.38 */ 'an unknown status is refused as a filter',
  /* 2.39 */ 'image metadata is gone, and maxImageMeta of limits',
  /* 2.40 */ 'tenant usage in pages',
  /* 2.41 */ 'uuid of aggregates',
  /* 2.42 */ 'device tags at boot are back',
  /* 2.43 */ 'os-hosts is gone',
  /* 2.44 */ 'fixed and floating ip actions and virtual interfaces are gone',
  /* 2.45 */ 'createImage and createBackup answer image_id',
  /* 2.46 */ 'the X-OpenStack-Request-ID header',
  /* 2.47 */ 'the flavor embedded in a server',
  /* 2.48 */ 'standard diagnostics',
  /* 2.49 */ 'tagged attachments',
  /* 2.50 */ 'server_groups of quota classes, without network resources',
  /* 2.51 */ 'events of instance actions for everyone',
  /* 2.52 */ 'tags at create',
  /* 2.53 */ 'services and hypervisors are named by uuid',
  /* 2.54 */ 'key_name of rebuild',
  /* 2.55 */ 'description of a flavor',
  /* 2.56 */ 'host of migrate',
  /* 2.57 */ 'personality is gone, with its quotas',
  /* 2.58 */ 'instance actions in pages, updated_at',
  /* 2.59 */ 'migrations in pages',
  /* 2.60 */ 'volumes attached to several servers',
  /* 2.61 */ 'extra_specs in a flavor',
  /* 2.62 */ 'host and hostId of action events',
  /* 2.63 */ 'trusted_image_certificates',
  /* 2.64 */ 'policy and rules of server groups',
  /* 2.65 */ 'aborting a queued live migration',
  /* 2.66 */ 'changes-before',
  /* 2.67 */ 'volume_type of a block device',
  /* 2.68 */ 'force is gone from live migration and evacuate',
  /* 2.69 */ 'partial records of cells that do not answer',
  /* 2.70 */ 'tags of attachments',
  /* 2.71 */ 'server_groups of a server',
  /* 2.72 */ 'ports with resource requests at boot',
  /* 2.73 */ 'reason of a lock, locked as filter and sort key',
  /* 2.74 */ 'host and hypervisor_hostname at create',
  /* 2.75 */ 'strict queries, the same server everywhere',
  /* 2.76 */ 'the power-update event',
  /* 2.77 */ 'availability zone of unshelve',
  /* 2.78 */ 'topology of a server',
  /* 2.79 */ 'delete_on_termination of attachments',
  /* 2.80 */ 'user and project of migrations',
  /* 2.81 */ 'images cached ahead for an aggregate',
  /* 2.82 */ 'the accelerator-request-bound event',
  /* 2.83 */ 'more filters of servers for everyone',
  /* 2.84 */ 'details of action events',
  /* 2.85 */ 'delete_on_termination may be changed',
  /* 2.86 */ 'extra specs are checked',
  /* 2.87 */ 'rescue of a server with a root volume',
  /* 2.88 */ 'hypervisors without statistics, uptime inside',
  /* 2.89 */ 'attachment_id and bdm_uuid',
  /* 2.90 */ 'hostname may be set and is visible',
  /* 2.91 */ 'unshelve to a host',
  /* 2.92 */ 'key pairs are only imported, @ and . in their names',
  /* 2.93 */ 'rebuild of a server with a root volume',
  /* 2.94 */ 'a fully qualified hostname',
  /* 2.95 */ 'evacuate leaves a server stopped',
  /* 2.96 */ 'pinned_availability_zone',
];

export const OLDEST: Microversion = '2.1';
export const NEWEST: Microversion = `2.${CHANGES.length}`;
export const OLDEST_MINOR = 1;
export const NEWEST_MINOR = CHANGES.length;

/** 90 of `2.90`. @throws Error when no such version is known: a mistake in the source, found when it is loaded. */
export const minorOf = (version: Microversion): number => {
  const minor = Number(version.slice(2));
  if (!Number.isInteger(minor) || minor < OLDEST_MINOR || minor > NEWEST_MINOR) throw new Error(`${version} is not in microversions.ts`);
  return minor;
};

/** Whether `have` is `want` or newer. */
export const atLeast = (have: Microversion, want: Microversion): boolean => minorOf(have) >= minorOf(want);

/** All versions, oldest first, with what each brought. */
export const microversions = (): { version: Microversion; change: string }[] =>
  CHANGES.map((change, index) => ({ version: `2.${index + 1}` as const, change }));
