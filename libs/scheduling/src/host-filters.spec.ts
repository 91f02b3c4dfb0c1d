import { describe, expect, it } from 'vitest';
import { hostOf, specOf } from './examples.fixture.js';
import { hostFilters } from './host-filters.js';
import { reasonOf, type Verdict } from './verdict.js';

const {
  ComputeFilter,
  RetryFilter,
  AvailabilityZoneFilter,
  RamFilter,
  CoreFilter,
  DiskFilter,
  ImagePropertiesFilter,
  ComputeCapabilitiesFilter,
  SameHostFilter,
  TraitsFilter,
  DifferentHostFilter,
} = hostFilters;

const words = (verdict: Verdict) => verdict === true || reasonOf(verdict);
const free = { vcpus: 2, memoryMb: 512, diskGb: 10 };
const image = (imageProperties: Record<string, string>) => specOf({ imageProperties });
const flavor = (extraSpecs: Record<string, string>) => specOf({ extraSpecs });

describe('host filters', () => {
  it('ComputeFilter passes a live, enabled host and says why not another', () => {
    expect(ComputeFilter(hostOf(), specOf())).toBe(true);
    expect(ComputeFilter(hostOf({ enabled: false, disabledReason: 'new disks' }), specOf())).toBe('disabled: new disks');
    expect(ComputeFilter(hostOf({ enabled: false }), specOf())).toBe('disabled');
    expect(ComputeFilter(hostOf({ up: false }), specOf())).toBe('down: its heartbeat is overdue');
  });

  it('RetryFilter refuses a host that failed this instance', () => {
    expect(RetryFilter(hostOf(), specOf({ tried: new Set(['h1']) }))).toBe('has already failed this instance');
    expect(RetryFilter(hostOf(), specOf({ tried: new Set(['h2']) }))).toBe(true);
  });

  it('SameHostFilter and DifferentHostFilter go by the servers that the hints name', () => {
    const near = (on: string[] | null, off: string[] = []) => specOf({ near: { with: on && new Set(on), without: new Set(off) } });
    expect([SameHostFilter(hostOf(), specOf()), DifferentHostFilter(hostOf(), specOf())]).toEqual([true, true]);
    expect([SameHostFilter(hostOf(), near(['h1'])), DifferentHostFilter(hostOf(), near(null, ['h2']))]).toEqual([true, true]);
    expect(SameHostFilter(hostOf(), near([]))).toBe('has none of the servers of the hint same_host');
    expect(DifferentHostFilter(hostOf(), near(null, ['h1']))).toBe('has a server of the hint different_host');
  });

  it('AvailabilityZoneFilter compares zones when one is asked for', () => {
    expect(AvailabilityZoneFilter(hostOf(), specOf())).toBe(true);
    expect(AvailabilityZoneFilter(hostOf(), specOf({ zone: 'z1' }))).toBe(true);
    expect(AvailabilityZoneFilter(hostOf(), specOf({ zone: 'z2' }))).toBe('in z1, not z2');
  });

  it('RamFilter, CoreFilter and DiskFilter give the numbers', () => {
    const shape = { vcpus: 4, memoryMb: 2048, diskGb: 20 };
    expect(RamFilter(hostOf({ free }), specOf({ shape }))).toEqual({ of: 'memoryMb', has: 512, needs: 2048 });
    expect(words(RamFilter(hostOf({ free }), specOf({ shape })))).toBe('512 MB free, 2048 MB wanted');
    expect(words(CoreFilter(hostOf({ free }), specOf({ shape })))).toBe('2 vCPUs free, 4 wanted');
    expect(words(DiskFilter(hostOf({ free }), specOf({ shape })))).toBe('10 GB free, 20 GB wanted');
  });

  it('RamFilter, CoreFilter and DiskFilter pass what fits to the last unit', () => {
    for (const passes of [RamFilter, CoreFilter, DiskFilter]) expect(passes(hostOf({ free }), specOf({ shape: free }))).toBe(true);
  });

  it('ImagePropertiesFilter matches the hypervisor type under its aliases', () => {
    expect(ImagePropertiesFilter(hostOf(), image({}))).toBe(true);
    expect(ImagePropertiesFilter(hostOf(), image({ img_hv_type: 'kvm' }))).toBe(true);
    expect(ImagePropertiesFilter(hostOf(), image({ hypervisor_type: 'xen' }))).toBe('hypervisor QEMU, the image needs xen');
    expect(ImagePropertiesFilter(hostOf({ hypervisorType: 'lxc' }), image({ img_hv_type: 'qemu' }))).toBe(
      'hypervisor lxc, the image needs qemu',
    );
  });

  it('ImagePropertiesFilter matches the architecture, and a 64-bit PC runs 32-bit images', () => {
    expect(ImagePropertiesFilter(hostOf(), image({ hw_architecture: 'amd64' }))).toBe(true);
    expect(ImagePropertiesFilter(hostOf(), image({ architecture: 'i386' }))).toBe(true);
    expect(ImagePropertiesFilter(hostOf(), image({ hw_architecture: 'aarch64' }))).toBe('x86_64 CPUs, the image needs aarch64');
    expect(ImagePropertiesFilter(hostOf({ architecture: null }), image({ hw_architecture: 'aarch64' }))).toBe(true);
    expect(ImagePropertiesFilter(hostOf(), image({ hw_architecture: 'constructor' }))).toBe('x86_64 CPUs, the image needs constructor');
  });

  it('ComputeCapabilitiesFilter matches the hypervisor type in each of its notations', () => {
    for (const wish of ['QEMU', 's== qemu', '<or> lxc <or> QEMU']) {
      expect(ComputeCapabilitiesFilter(hostOf(), flavor({ 'capabilities:hypervisor_type': wish }))).toBe(true);
    }
    expect(ComputeCapabilitiesFilter(hostOf(), flavor({ 'capabilities:hypervisor_type': 'lxc' }))).toBe(
      'hypervisor QEMU, the flavor needs lxc',
    );
    expect(ComputeCapabilitiesFilter(hostOf(), flavor({ 'capabilities:gpus': '1' }))).toBe("tells no capability 'gpus'");
  });

  it('TraitsFilter honours required and forbidden traits of flavor and image', () => {
    const host = hostOf({ traits: ['CUSTOM_SSD'] });
    expect(TraitsFilter(host, flavor({ 'trait:CUSTOM_SSD': 'required', 'hw:cpu_policy': 'shared' }))).toBe(true);
    expect(TraitsFilter(host, flavor({ 'trait:CUSTOM_SSD': 'forbidden' }))).toBe('has trait CUSTOM_SSD, which is forbidden');
    expect(TraitsFilter(host, image({ 'trait:CUSTOM_GPU': 'required' }))).toBe('lacks trait CUSTOM_GPU');
  });
});
