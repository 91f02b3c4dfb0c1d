import type { HostKind } from '../host-candidate.js';
import type { RequestSpec } from '../request-spec.js';
import type { Verdict } from '../verdict.js';

/** The image can run there: its hypervisor type (`img_hv_type`) and its architecture (`hw_architecture`), or their older names. */
export const imagePropertiesFilter = (kind: HostKind, spec: Pick<RequestSpec, 'imageProperties'>): Verdict => {
  const properties = spec.imageProperties;
  const type = properties.img_hv_type ?? properties.hypervisor_type;
  if (type !== undefined && canonicalType(type) !== canonicalType(kind.hypervisorType)) {
    return `hypervisor ${kind.hypervisorType}, the image needs ${type}`;
  }
  const architecture = properties.hw_architecture ?? properties.architecture;
  if (architecture === undefined || kind.architecture === null) return true;
  return (
    runs(canonicalArchitecture(kind.architecture), canonicalArchitecture(architecture)) ||
    `${kind.architecture} CPUs, the image needs ${architecture}`
  );
};

/** libvirt calls its driver QEMU whether KVM helps or not, so an image for either runs on both. The others are Nova's aliases. */
const TYPE_ALIASES: Readonly<Record<string, string>> = { kvm: 'qemu', xapi: 'xen', baremetal: 'ironic' };
const canonicalType = (type: string): string => canonical(TYPE_ALIASES, type);

const ARCHITECTURE_ALIASES: Readonly<Record<string, string>> = {
  amd64: 'x86_64',
  'x86-64': 'x86_64',
  x64: 'x86_64',
  arm64: 'aarch64',
  i386: 'i686',
  i486: 'i686',
  i586: 'i686',
  x86: 'i686',
};
const canonicalArchitecture = (architecture: string): string => canonical(ARCHITECTURE_ALIASES, architecture);

const canonical = (aliases: Readonly<Record<string, string>>, text: string): string => {
  const lower = text.toLowerCase();
  return Object.hasOwn(aliases, lower) ? aliases[lower]! : lower;
};

const runs = (cpu: string, guest: string): boolean => cpu === guest || (cpu === 'x86_64' && guest === 'i686');
