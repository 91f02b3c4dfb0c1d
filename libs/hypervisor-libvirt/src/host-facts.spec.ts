import { describe, expect, it } from 'vitest';
import { bestVirtType, cpuInfoIn, type HostFacts, inventoryOf } from './host-facts.js';
import { LibvirtConfig } from './libvirt.config.js';

const capabilities = ({ arch = 'x86_64', guests = ['qemu'] } = {}) => `<capabilities>
  <host><uuid>1</uuid><cpu><arch>${arch}</arch><model>EPYC</model><vendor>AMD</vendor>
    <topology sockets='1' dies='1' cores='2' threads='4'/><feature name='svm'/><feature name='ht'/></cpu></host>
  <guest><os_type>hvm</os_type><arch name='i686'>${guests.map(type => `<domain type='${type}'/>`).join('')}</arch></guest>
</capabilities>`;
const cpuinfo = (flags: string) => `processor\t: 0\nflags\t\t: fpu ${flags} sse2\nbugs\t\t: none\n`;

describe('kvm is taken', () => {
  it.each([
    ['where the processor has svm and libvirt offers kvm', 'svm', ['qemu', 'kvm'], 'kvm'],
    ['where the processor has vmx and libvirt offers kvm', 'vmx', ['qemu', 'kvm'], 'kvm'],
    ['not where libvirt does not offer it', 'vmx', ['qemu'], 'qemu'],
    ['not where the processor lacks both, whatever libvirt offers', 'vmx_other', ['qemu', 'kvm'], 'qemu'],
    ['not where neither has it', '', ['qemu'], 'qemu'],
  ])('%s', (_, flags, guests, expected) => {
    expect(bestVirtType(capabilities({ guests }), cpuinfo(flags))).toBe(expected);
  });

  it('not where the processor is unknown', () => {
    expect(bestVirtType(capabilities({ guests: ['kvm'] }), '')).toBe('qemu');
  });
});

it('the processor of the host is told as Nova tells it', () => {
  expect(cpuInfoIn(capabilities())).toEqual({
    arch: 'x86_64',
    model: 'EPYC',
    vendor: 'AMD',
    topology: { sockets: 1, cores: 2, threads: 4 },
    features: ['svm', 'ht'],
  });
});

describe('the traits of a host', () => {
  const facts = (architecture: string): HostFacts => ({
    vcpus: 1,
    memoryMb: 1024,
    hypervisorType: 'QEMU',
    hypervisorVersion: 9_000_000,
    virtType: 'qemu',
    architecture,
    cpuInfo: {},
  });
  const configured = (traits: string[]) =>
    LibvirtConfig.safeParse({ kind: 'libvirt', instancesDirectory: '/', total: { diskGb: 1 }, ...(traits.length > 0 && { traits }) });
  const traitsOf = async (architecture: string, traits: string[] = []) =>
    (await inventoryOf('h', facts(architecture), configured(traits).data!)).traits;

  it('begin with its architecture, and end with what its configuration says', async () => {
    expect(await traitsOf('x86_64')).toEqual(['HW_ARCH_X86_64', 'COMPUTE_IMAGE_TYPE_QCOW2', 'COMPUTE_IMAGE_TYPE_RAW']);
    expect(await traitsOf('aarch64', ['CUSTOM_NVME', 'CUSTOM_NVME', 'CUSTOM_RACK_7'])).toEqual([
      'HW_ARCH_AARCH64',
      'COMPUTE_IMAGE_TYPE_QCOW2',
      'COMPUTE_IMAGE_TYPE_RAW',
      'CUSTOM_NVME',
      'CUSTOM_RACK_7',
    ]);
  });

  it.each(['NVME', 'CUSTOM_', 'CUSTOM_nvme', 'CUSTOM_A B', `CUSTOM_${'A'.repeat(249)}`])('are refused with a name like %s', name => {
    expect(configured([name]).error?.issues).toMatchObject([{ path: ['traits', 0] }]);
  });
});
