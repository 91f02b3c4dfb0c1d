/** A rule of a policy file, parsed. */
export type Rule =
  | { readonly kind: 'always' }
  | { readonly kind: 'never' }
  | { readonly kind: 'role'; readonly role: Template }
  /** Another rule, by its name. */
  | { readonly kind: 'reference'; readonly rule: string }
  /** `project_id:%(project_id)s`: something of the caller, or a literal, equals something of the target, or a literal. */
  | { readonly kind: 'equal'; readonly left: Operand; readonly right: Template }
  | { readonly kind: 'all'; readonly rules: readonly Rule[] }
  | { readonly kind: 'any'; readonly rules: readonly Rule[] }
  | { readonly kind: 'not'; readonly rule: Rule };

/** Text with at most one value of the target in it: `%(user_id)s`. */
export type Template = { readonly literal: string } | { readonly target: string };

export type Operand = { readonly literal: string } | { readonly caller: CallerAttribute };

/** What a rule may ask of the caller. */
export const CALLER_ATTRIBUTES = ['user_id', 'project_id', 'domain_id', 'user_domain_id', 'project_domain_id', 'system_scope'] as const;
export type CallerAttribute = (typeof CALLER_ATTRIBUTES)[number];

/** Everything in a rule, itself included; references are not followed. */
export const partsOf = (rule: Rule): Rule[] => {
  if (rule.kind === 'all' || rule.kind === 'any') return [rule, ...rule.rules.flatMap(partsOf)];
  if (rule.kind === 'not') return [rule, ...partsOf(rule.rule)];
  return [rule];
};
