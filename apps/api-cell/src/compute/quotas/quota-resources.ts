/** What has a limit, by Nova's names, and the limits of a new cloud; -1 is none. */
export const QUOTA_DEFAULTS = {
  instances: 10,
  cores: 20,
  ram: 51200,
  metadata_items: 128,
  key_pairs: 100,
  server_groups: 10,
  server_group_members: 10,
  injected_files: 5,
  injected_file_content_bytes: 10240,
  injected_file_path_bytes: 255,
  floating_ips: -1,
  fixed_ips: -1,
  security_groups: -1,
  security_group_rules: -1,
  networks: -1,
} as const satisfies Record<string, number>;

export type QuotaResource = keyof typeof QUOTA_DEFAULTS;
export type QuotaSet = Readonly<Record<QuotaResource, number>>;

/** What the tree of cells enforces when servers are made. */
export const serverLimits = ({ instances, cores, ram }: QuotaSet) => ({ instances, cores, ramMb: ram });

export const QUOTA_RESOURCES = Object.keys(QUOTA_DEFAULTS).filter((name): name is QuotaResource => name in QUOTA_DEFAULTS);

export const isQuotaResource = (name: string): name is QuotaResource => Object.hasOwn(QUOTA_DEFAULTS, name);
