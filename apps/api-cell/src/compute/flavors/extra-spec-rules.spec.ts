import { expect, it } from 'vitest';
import { checkExtraSpec } from './extra-spec-rules.js';

it.each([
  ['hw:cpu_policy', 'dedicated'],
  ['hw:mem_page_size', '2MB'],
  ['hw:mem_page_size', '1GiB'],
  ['hw:numa_nodes', '2'],
  ['hw:numa_cpus.1', '0-3,^2'],
  ['hw:numa_mem.0', '512'],
  ['hw:boot_menu', 'T'],
  ['hw_rng:allowed', 'no'],
  ['quota:cpu_shares', '0'],
  ['quota:cpu_limit', '-1'],
  ['quota:disk_read_iops_sec', '100'],
  ['resources:VCPU', '2'],
  ['resources_gpu:CUSTOM_GPU', '1'],
  ['trait:HW_CPU_X86_AVX2', 'required'],
  ['trait1:CUSTOM_FAST', 'forbidden'],
  ['capabilities:cpu_info:features', '<in> avx'],
  ['aggregate_instance_extra_specs:ssd', 'true'],
  ['pci_passthrough:alias', 'gpu:1, nic:2'],
  ['group_policy', 'none'],
  ['own', 'anything'],
  ['our:own', 'anything'],
  ['constructor', 'anything'],
])('%s may be %s', (key, value) => {
  expect(checkExtraSpec(key, value)).toBeUndefined();
});

it.each([
  ['hw:cpu_policy', 'pinned', "'pinned' is not one of: dedicated, shared, mixed."],
  ['hw:numa_nodes', '0', "'0' is less than the min value of '1'."],
  ['hw:numa_nodes', 'two', "'two' is not a valid integer value."],
  ['hw:boot_menu', 'maybe', "'maybe' is not a valid boolean-like value."],
  ['pci_passthrough:alias', 'gpu', String.raw`'gpu' is not of the format '[^:]+:\d+(\s*,\s*[^:]+:\d+)*'.`],
  ['trait:HW_CPU_X86_AVX2', 'preferred', "'preferred' is not one of: required, forbidden."],
  ['hw:cpu_polciy', 'shared', "extra spec 'hw:cpu_polciy' does not appear to be a valid extra spec."],
  ['resources:vcpu', '1', "extra spec 'resources:vcpu' does not appear to be a valid extra spec."],
  ['quota:cpu_speed', '1', "extra spec 'quota:cpu_speed' does not appear to be a valid extra spec."],
])('%s may not be %s', (key, value, reason) => {
  expect(checkExtraSpec(key, value)).toBe(`Validation failed; ${reason}`);
});
