const BOOLEAN = /^(true|false|1|0|yes|no|on|off|t|f|y|n)$/i;

/** The values of the extra specs that the schedulers and drivers of this cloud or of Nova read. Keys that are not here take any value. */
const RULES: Readonly<Record<string, RegExp>> = {
  'hw:boot_menu': BOOLEAN,
  'hw:cpu_policy': /^(dedicated|shared|mixed)$/,
  'hw:cpu_thread_policy': /^(prefer|isolate|require)$/,
  'hw:cpu_sockets': /^[1-9]\d*$/,
  'hw:cpu_cores': /^[1-9]\d*$/,
  'hw:cpu_threads': /^[1-9]\d*$/,
  'hw:emulator_threads_policy': /^(isolate|share)$/,
  'hw:hide_hypervisor_id': BOOLEAN,
  'hw:mem_page_size': /^(large|small|any|\d+([kKMG]i?[bB]?)?)$/,
  'hw:numa_nodes': /^[1-9]\d*$/,
  'hw:pmu': BOOLEAN,
  'hw:watchdog_action': /^(none|pause|poweroff|reset|disabled)$/,
  'hw_rng:allowed': BOOLEAN,
};

/** Why the value is refused, or undefined. */
export const checkExtraSpec = (key: string, value: string): string | undefined => {
  const rule = RULES[key];
  return rule && !rule.test(value) ? `Validation failed; '${value}' is not a valid value for extra spec '${key}'.` : undefined;
};
