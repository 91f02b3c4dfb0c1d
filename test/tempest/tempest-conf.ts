/** A cloud as tempest must know it. */
export interface JudgedCloud {
  /** URL of Identity v3. */
  readonly identityUrl: string;
  readonly adminPassword: string;
  readonly images: readonly [string, string];
  readonly flavors: readonly [string, string];
  /** Hosts that moves may choose from. */
  readonly hosts: number;
  readonly newestMicroversion: string;
}

/** The longest that tempest waits for a server or an image to get where it should. */
const PATIENCE_SECONDS = 60;

/**
 * The text of tempest.conf for a cloud without networks and volumes, whose guests nobody can log in to. Everything that such a cloud
 * can do is switched on: what it cannot must fail, and not be skipped.
 */
export const tempestConf = (cloud: JudgedCloud, directory: string): string =>
  ini({
    DEFAULT: { log_dir: directory, log_file: 'tempest.log', use_stderr: false },
    oslo_concurrency: { lock_path: `${directory}/lock` },
    auth: {
      use_dynamic_credentials: true,
      create_isolated_networks: true,
      admin_username: 'admin',
      admin_password: cloud.adminPassword,
      admin_project_name: 'admin',
      admin_domain_name: 'Default',
      default_credentials_domain_name: 'Default',
      tempest_roles: '',
    },
    identity: {
      uri_v3: cloud.identityUrl,
      auth_version: 'v3',
      region: 'RegionOne',
      v3_endpoint_type: 'public',
      default_domain_id: 'default',
    },
    'identity-feature-enabled': { api_v2: false, api_v3: true },
    'service-clients': { http_timeout: PATIENCE_SECONDS },
    service_available: { nova: true, glance: true, neutron: false, cinder: false, swift: false, horizon: false },
    compute: {
      image_ref: cloud.images[0],
      image_ref_alt: cloud.images[1],
      flavor_ref: cloud.flavors[0],
      flavor_ref_alt: cloud.flavors[1],
      build_interval: 1,
      build_timeout: PATIENCE_SECONDS,
      min_compute_nodes: cloud.hosts,
      max_microversion: cloud.newestMicroversion,
      shelved_offload_time: 0,
      endpoint_type: 'public',
    },
    'compute-feature-enabled': { scheduler_enabled_filters: 'all', ...abilities(cloud.hosts > 1) },
    image: { endpoint_type: 'public', build_timeout: PATIENCE_SECONDS },
    'image-feature-enabled': { api_v2: true, api_v1: false },
    network: { endpoint_type: 'public', build_timeout: PATIENCE_SECONDS },
    'network-feature-enabled': {
      floating_ips: true,
      ipv6: false,
      api_extensions: 'security-group,router,external-net,binding,quotas',
    },
    volume: { endpoint_type: 'public', build_timeout: PATIENCE_SECONDS },
    'volume-feature-enabled': { backup: false, snapshot: true },
    validation: { run_validation: false, connect_method: 'fixed' },
    scenario: { img_file: '/dev/null' },
  });

/**
 * What is off is off in every cloud: other hypervisors' abilities, and what a guest must be logged in to for. `serial_console` asks for
 * one test, which no cloud passes: it sends text where Python 3 wants bytes, and tries again until its time is over.
 */
const abilities = (severalHosts: boolean) => ({
  ...switched(true, [
    'disk_config',
    'hostname_fqdn_sanitization',
    'change_password',
    'console_output',
    'resize',
    'pause',
    'shelve',
    'shelve_migrate',
    'suspend',
    'cold_migration',
    'metadata_service',
    'block_migration_for_live_migration',
    'can_migrate_between_any_hosts',
    'vnc_console',
    'live_migrate_back_and_forth',
    'rescue',
    'stable_rescue',
    'enable_instance_password',
    'interface_attach',
    'snapshot',
    'personality',
    'config_drive',
    'swap_volume',
    'volume_backed_live_migration',
    'volume_multiattach',
    'ide_bus',
  ]),
  ...switched(false, [
    'spice_console',
    'rdp_console',
    'serial_console',
    'nova_cert',
    'attach_encrypted_volume',
    'xenapi_apis',
    'unified_limits',
  ]),
  live_migration: severalHosts,
});

const switched = (on: boolean, names: readonly string[]): Record<string, boolean> => Object.fromEntries(names.map(name => [name, on]));

type Section = Readonly<Record<string, string | number | boolean>>;

const ini = (sections: Readonly<Record<string, Section>>): string =>
  Object.entries(sections)
    .map(
      ([name, values]) =>
        `[${name}]\n${Object.entries(values)
          .map(([key, value]) => `${key} = ${value}\n`)
          .join('')}`,
    )
    .join('\n');
