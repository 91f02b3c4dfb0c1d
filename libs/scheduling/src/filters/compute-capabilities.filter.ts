import type { HostKind } from '../host-candidate.js';
import type { RequestSpec } from '../request-spec.js';
import type { Verdict } from '../verdict.js';

/**
 * The flavor's `capabilities:hypervisor_type`, and the `trait:NAME` = `required` or `forbidden` of flavor and image.
 * A capability that hosts do not tell is one that no host has, as in Nova.
 */
export const computeCapabilitiesFilter = (kind: HostKind, spec: Wishes): Verdict => {
  const verdict = capabilities(kind, spec.extraSpecs);
  return verdict === true ? traitsFilter(kind, spec) : verdict;
};

/** The traits alone: in Nova placement asks for them, whatever filters an operator chose. */
export const traitsFilter = (kind: HostKind, { extraSpecs, imageProperties }: Wishes): Verdict => {
  const ofFlavor = traits(kind, extraSpecs);
  return ofFlavor === true ? traits(kind, imageProperties) : ofFlavor;
};

type Wishes = Pick<RequestSpec, 'extraSpecs' | 'imageProperties'>;

const CAPABILITY = 'capabilities:';
const TRAIT = 'trait:';

const capabilities = (kind: HostKind, wishes: Readonly<Record<string, string>>): Verdict => {
  for (const key in wishes) {
    if (!key.startsWith(CAPABILITY)) continue;
    const name = key.slice(CAPABILITY.length);
    if (name !== 'hypervisor_type') return `tells no capability '${name}'`;
    if (!matches(kind.hypervisorType, wishes[key]!)) return `hypervisor ${kind.hypervisorType}, the flavor needs ${wishes[key]}`;
  }
  return true;
};

/** Nova's notation: the word itself, `s== word`, or `<or> word <or> word`. */
const matches = (value: string, wish: string): boolean =>
  wish
    .replace(/^s==/, '')
    .split('<or>')
    .some(word => word.trim().toLowerCase() === value.toLowerCase());

const traits = (kind: HostKind, wishes: Readonly<Record<string, string>>): Verdict => {
  for (const key in wishes) {
    if (!key.startsWith(TRAIT)) continue;
    const name = key.slice(TRAIT.length);
    const has = kind.traits.includes(name);
    if (wishes[key] === 'required' && !has) return `lacks trait ${name}`;
    if (wishes[key] === 'forbidden' && has) return `has trait ${name}, which is forbidden`;
  }
  return true;
};
