import { CloudError } from '#domain';
import { COMMON_RULES } from './common-rules.js';
import { parseRule } from './parse-rule.js';
import { type CallerAttribute, type Operand, partsOf, type Rule, type Template } from './rule.js';

/** Who asks. A request's context is one. */
export interface Caller {
  readonly userId: string;
  readonly projectId: string;
  readonly roles: ReadonlySet<string>;
  /** What else a token tells. Its role names count, where it is given: those of the context may have been mended. */
  readonly identity?: {
    readonly user: { readonly domain: { readonly id: string } };
    readonly project: { readonly domain: { readonly id: string } } | null;
    readonly domain: { readonly id: string } | null;
    readonly system?: boolean;
    readonly roleNames: ReadonlySet<string>;
  };
}

/** What is asked about, by the names that rules know it by: `project_id`, `user_id`, `target.user.id`. */
export type Target = Readonly<Record<string, string | undefined>>;

/** A rule that an API enforces, as it is unless the operator says otherwise. */
export interface RuleDefault {
  /** `os_compute_api:servers:create` */
  readonly name: string;
  /** In oslo.policy's language. */
  readonly check: string;
  /** For the reference: what it guards, `POST /servers`. */
  readonly guards?: string;
}

type Check = (caller: Caller, target: Target) => boolean;

/**
 * Who may do what: the rules that the APIs declare, with those that the operator's file replaces. Rules are compiled once, when they
 * are first asked for; deciding is a few comparisons.
 */
export class Policy {
  private readonly defaults = new Map<string, RuleDefault>();
  private readonly parsed = new Map<string, Rule>();
  private readonly checks = new Map<string, Check>();
  private readonly aboutUsers = new Map<string, boolean>();

  /** @throws CloudError `invalid` when a rule of the operator's cannot be read */
  constructor(private readonly overrides: ReadonlyMap<string, string> = new Map()) {
    this.declare(COMMON_RULES);
    for (const name of overrides.keys()) this.ruleOf(name);
  }

  /** Rules that an API enforces. Declared again they must be the same. */
  declare(rules: readonly RuleDefault[]): void {
    for (const rule of rules) {
      const known = this.defaults.get(rule.name);
      if (known && known.check !== rule.check)
        throw new CloudError('internal', `policy rule '${rule.name}' is declared as '${known.check}' and as '${rule.check}'`);
      if (!known) this.defaults.set(rule.name, rule);
    }
  }

  /**
   * To be called when all rules are declared.
   * @throws CloudError `invalid` when a rule refers to none, or to itself
   * @returns names in the operator's file that nothing asks for
   */
  verify(): string[] {
    const names = new Set([...this.defaults.keys(), ...this.overrides.keys()]);
    const referred = new Set([...names].flatMap(name => referencesIn(this.ruleOf(name))));
    for (const name of names) this.verifyOne(name, []);
    return [...this.overrides.keys()].filter(name => !this.defaults.has(name) && !referred.has(name));
  }

  allows(name: string, caller: Caller, target: Target = {}): boolean {
    return this.checkOf(name)(caller, target);
  }

  isOverridden(name: string): boolean {
    return this.overrides.has(name);
  }

  /** Whether the answer may depend on whose the target is, and not only on its project. Free, unless the file of the operator is long. */
  isAboutUsers(name: string): boolean {
    if (this.overrides.size === 0) return false;
    let known = this.aboutUsers.get(name);
    if (known === undefined) {
      known = this.textOf(name) !== undefined && this.reachable(name).some(rule => usesTarget(rule, 'user_id'));
      this.aboutUsers.set(name, known);
    }
    return known;
  }

  /** What is declared, as it is without the operator's file. */
  declared(): RuleDefault[] {
    return [...this.defaults.values()];
  }

  /** In oslo.policy's language, as it is in force; undefined when there is no such rule. */
  textOf(name: string): string | undefined {
    return this.overrides.get(name) ?? this.defaults.get(name)?.check;
  }

  private ruleOf(name: string): Rule {
    const known = this.parsed.get(name);
    if (known) return known;
    const text = this.textOf(name);
    if (text === undefined) throw new CloudError('internal', `policy rule '${name}' is not declared`);
    const rule = parseRule(name, text);
    this.parsed.set(name, rule);
    return rule;
  }

  private checkOf(name: string): Check {
    const known = this.checks.get(name);
    if (known) return known;
    const check = compile(this.ruleOf(name), referred => this.checkOf(referred));
    this.checks.set(name, check);
    return check;
  }

  private verifyOne(name: string, path: readonly string[]): void {
    if (path.includes(name)) throw new CloudError('invalid', `policy rule '${name}' refers to itself: ${[...path, name].join(' -> ')}`);
    for (const referred of referencesIn(this.ruleOf(name))) {
      if (this.textOf(referred) === undefined)
        throw new CloudError('invalid', `policy rule '${name}' refers to the rule '${referred}', which does not exist`);
      this.verifyOne(referred, [...path, name]);
    }
  }

  private reachable(name: string): Rule[] {
    const parts = partsOf(this.ruleOf(name));
    return [...parts, ...parts.flatMap(part => (part.kind === 'reference' ? this.reachable(part.rule) : []))];
  }
}

const referencesIn = (rule: Rule): string[] => partsOf(rule).flatMap(part => (part.kind === 'reference' ? [part.rule] : []));

const usesTarget = (rule: Rule, target: string): boolean => {
  const template = rule.kind === 'equal' ? rule.right : rule.kind === 'role' ? rule.role : undefined;
  return template !== undefined && 'target' in template && template.target === target;
};

const compile = (rule: Rule, checkOf: (name: string) => Check): Check => {
  switch (rule.kind) {
    case 'always':
      return () => true;
    case 'never':
      return () => false;
    case 'role': {
      const roleOf = targetValue(rule.role);
      return (caller, target) => hasRole(caller, roleOf(target));
    }
    case 'reference': {
      // Looked up when it is asked for: rules may be declared in any order.
      let check: Check | undefined;
      return (caller, target) => {
        check ??= checkOf(rule.rule);
        return check(caller, target);
      };
    }
    case 'equal': {
      const [leftOf, rightOf] = [operandOf(rule.left), targetValue(rule.right)];
      return (caller, target) => {
        const left = leftOf(caller);
        return left !== undefined && left === rightOf(target);
      };
    }
    case 'all': {
      const checks = rule.rules.map(part => compile(part, checkOf));
      return (caller, target) => checks.every(check => check(caller, target));
    }
    case 'any': {
      const checks = rule.rules.map(part => compile(part, checkOf));
      return (caller, target) => checks.some(check => check(caller, target));
    }
    case 'not': {
      const check = compile(rule.rule, checkOf);
      return (caller, target) => !check(caller, target);
    }
  }
};

const targetValue = (template: Template): ((target: Target) => string | undefined) =>
  'literal' in template ? () => template.literal : target => target[template.target];

/** Names of roles are compared without regard to case, as in Keystone. */
const hasRole = (caller: Caller, role: string | undefined): boolean => {
  if (role === undefined) return false;
  const roles = caller.identity?.roleNames ?? caller.roles;
  if (roles.has(role)) return true;
  const wanted = role.toLowerCase();
  for (const name of roles) if (name.toLowerCase() === wanted) return true;
  return false;
};

const operandOf = (operand: Operand): ((caller: Caller) => string | undefined) =>
  'literal' in operand ? () => operand.literal : ATTRIBUTES[operand.caller];

const ATTRIBUTES: Readonly<Record<CallerAttribute, (caller: Caller) => string | undefined>> = {
  user_id: caller => caller.userId,
  project_id: caller => caller.projectId || undefined,
  domain_id: caller => caller.identity?.domain?.id,
  user_domain_id: caller => caller.identity?.user.domain.id,
  project_domain_id: caller => caller.identity?.project?.domain.id,
  system_scope: caller => (caller.identity?.system ? 'all' : undefined),
};
