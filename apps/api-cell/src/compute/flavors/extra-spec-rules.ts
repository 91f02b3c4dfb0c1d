import { anything, format, integer, oneOf, truth, type ValueRule } from './extra-spec-values.js';

const cpus = format(String.raw`\^?\d+(-\d+)?(,\^?\d+(-\d+)?)*`);
const [count, size] = [integer(1), integer(0)];
const each = (names: readonly string[], rule: ValueRule): Record<string, ValueRule> => Object.fromEntries(names.map(name => [name, rule]));

/** The extra specs that Nova knows by name. */
const NAMED: Readonly<Record<string, ValueRule>> = {
  hide_hypervisor_id: truth,
  group_policy: oneOf('isolate', 'none'),
  'accel:device_profile': anything,
  ...each(['hw:boot_menu', 'hw:cpu_realtime', 'hw:hide_hypervisor_id', 'hw:mem_encryption', 'hw:pmu', 'hw:locked_memory'], truth),
  ...each(['hw:cpu_cores', 'hw:cpu_sockets', 'hw:cpu_threads', 'hw:numa_nodes'], count),
  ...each(['hw:max_cpu_cores', 'hw:max_cpu_sockets', 'hw:max_cpu_threads'], count),
  'hw:cpu_dedicated_mask': cpus,
  'hw:cpu_policy': oneOf('dedicated', 'shared', 'mixed'),
  'hw:cpu_realtime_mask': cpus,
  'hw:cpu_thread_policy': oneOf('prefer', 'isolate', 'require'),
  'hw:emulator_threads_policy': oneOf('isolate', 'share'),
  'hw:maxphysaddr_bits': size,
  'hw:maxphysaddr_mode': oneOf('emulate', 'passthrough'),
  'hw:mem_page_size': format(String.raw`large|small|any|\d+([kKMGT]i?)?(b|bit|B)?`),
  'hw:pci_numa_affinity_policy': oneOf('required', 'preferred', 'legacy', 'socket'),
  'hw:pmem': format('[a-zA-Z0-9_]+(,[a-zA-Z0-9_]+)*,?'),
  'hw:serial_port_count': size,
  'hw:tpm_model': oneOf('tpm-tis', 'tpm-crb'),
  'hw:tpm_version': oneOf('1.2', '2.0'),
  'hw:vif_multiqueue_enabled': truth,
  'hw:viommu_model': oneOf('intel', 'smmuv3', 'virtio', 'auto'),
  'hw:virtio_packed_ring': truth,
  'hw:watchdog_action': oneOf('none', 'pause', 'poweroff', 'reset', 'disabled'),
  'hw_rng:allowed': truth,
  ...each(['hw_rng:rate_bytes', 'hw_rng:rate_period', 'hw_video:ram_max_mb'], size),
  'os:secure_boot': oneOf('disabled', 'required'),
  'pci_passthrough:alias': format(String.raw`[^:]+:\d+(\s*,\s*[^:]+:\d+)*`),
  ...each(['quota:cpu_shares', 'quota:cpu_period', 'quota:cpu_quota'], size),
  ...each(['vmware:hw_version', 'vmware:storage_policy'], anything),
};

/** Those of which the name says more. */
const PATTERNS: readonly (readonly [name: RegExp, rule: ValueRule])[] = [
  [/^hw:numa_cpus\.\d+$/, cpus],
  [/^hw:numa_mem\.\d+$/, count],
  [/^quota:(cpu|memory|disk_io|vif)_(limit|reservation|shares_share)$/, integer()],
  [/^quota:(cpu|memory|disk_io|vif)_shares_level$/, anything],
  [/^quota:disk_(read|write|total)_(bytes|iops)_sec$/, size],
  [/^quota:vif_(inbound|outbound)_(average|peak|burst)$/, size],
  [/^aggregate_instance_extra_specs:.+$/, anything],
  [/^capabilities:\w+(:\w+)*$/, anything],
  [/^resources([a-zA-Z0-9_-]{1,64})?:[A-Z0-9_]+$/, integer()],
  [/^trait([a-zA-Z0-9_-]{1,64})?:[A-Z0-9_]+$/, oneOf('required', 'forbidden')],
];

/** In these nothing else is known, so what is not above is a slip of the pen. */
const NAMESPACE =
  /^(accel|aggregate_instance_extra_specs|capabilities|hw|hw_rng|hw_video|os|pci_passthrough|quota|vmware|(resources|trait)([a-zA-Z0-9_-]{1,64})?):/;

/** Why Nova refuses it from 2.86 on, or undefined. Names in other namespaces, or in none, take any value. */
export const checkExtraSpec = (key: string, value: string): string | undefined => {
  const rule = Object.hasOwn(NAMED, key) ? NAMED[key] : PATTERNS.find(([name]) => name.test(key))?.[1];
  if (!rule) return NAMESPACE.test(key) ? `Validation failed; extra spec '${key}' does not appear to be a valid extra spec.` : undefined;
  const reason = rule(value);
  return reason && `Validation failed; ${reason}`;
};
