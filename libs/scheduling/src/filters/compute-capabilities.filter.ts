import type { HostKind } from '../host-candidate.js';
import type { RequestSpec } from '../request-spec.js';
import type { Verdict } from '../verdict.js';

/** The flavor's `capabilities:hypervisor_type`. A capability that hosts do not tell is one that no host has, as in Nova. */
export const computeCapabilitiesFilter = (
  { hypervisorType }: Pick<HostKind, 'hypervisorType'>,
  { extraSpecs }: Pick<RequestSpec, 'extraSpecs'>,
): Verdict => {
  for (const key in extraSpecs) {
    if (!key.startsWith(CAPABILITY)) continue;
    const name = key.slice(CAPABILITY.length);
    if (name !== 'hypervisor_type') return `tells no capability '${name}'`;
    if (!matches(hypervisorType, extraSpecs[key]!)) return `hypervisor ${hypervisorType}, the flavor needs ${extraSpecs[key]}`;
  }
  return true;
};

/** Nova's notation: the word itself, `s== word`, or `<or> word <or> word`. */
const matches = (value: string, wish: string): boolean =>
  wish
    .replace(/^s==/, '')
    .split('<or>')
    .some(word => word.trim().toLowerCase() === value.toLowerCase());

const CAPABILITY = 'capabilities:';
