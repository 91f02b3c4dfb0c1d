import { describe, expect, it } from 'vitest';
import { type Caller, Policy, readOverrides } from './index.js';

const caller = (roles: string[], more: Partial<Caller> = {}): Caller => ({ userId: 'u1', projectId: 'p1', roles: new Set(roles), ...more });
const policyOf = (rules: Record<string, string>): Policy => new Policy(new Map(Object.entries(rules)));
const decide = (rule: string, who: Caller, target = {}): boolean => policyOf({ x: rule }).allows('x', who, target);

describe('a rule', () => {
  it.each([
    ['@', true],
    ['', true],
    ['!', false],
    ['role:member', true],
    ['role:MEMBER', true],
    ['role:admin', false],
    ['not role:admin', true],
    ['role:admin or role:member and role:nobody', false],
    ['(role:admin or role:member) and not role:nobody', true],
    ['ROLE:member', 'throws'],
    ['role:member AND NOT role:admin', true],
    ['user_id:u1', true],
    ['project_id:%(project_id)s', true],
    ['project_id:%(other)s', false],
    ["'public':%(visibility)s", true],
    ['True:%(shared)s', true],
    ['is_admin:True', false],
    ['domain_id:%(domain_id)s', false],
  ])('%s', (rule, expected) => {
    const target = { project_id: 'p1', visibility: 'public', shared: 'True', other: 'p2' };
    if (expected === 'throws') expect(() => decide(rule, caller([]))).toThrow(/ROLE/);
    else expect(decide(rule, caller(['member']), target)).toBe(expected);
  });

  it.each([
    ['role:', "'role:' is not KIND:VALUE"],
    ['member', 'KIND:VALUE'],
    ['(role:x', "a ')' is missing"],
    ['role:x role:y', "'role:y' is not expected there"],
    ['role:x or', 'something is missing'],
    ['http://elsewhere/check', 'remote server'],
    ['favourite_colour:blue', 'nothing that is known of a caller'],
    ['user_id:a%(user_id)s', 'must be one %(name)s'],
  ])('%s is refused when the file is read', (rule, message) => {
    expect(() => policyOf({ broken: rule })).toThrow(message);
    expect(() => policyOf({ broken: rule })).toThrow("policy rule 'broken'");
  });

  it('a token tells more of the caller than its roles', () => {
    const identity = {
      user: { domain: { id: 'd1' } },
      project: { domain: { id: 'd2' } },
      domain: null,
      system: true,
      roleNames: new Set(['member']),
    };
    const who = caller([], { identity });
    const rule = 'user_domain_id:d1 and project_domain_id:d2 and system_scope:all and role:member';
    expect(decide(rule, who)).toBe(true);
  });
});

describe('a policy', () => {
  it("the operator's file replaces what is declared, also where other rules refer to it", () => {
    const policy = policyOf({ context_is_admin: 'role:cloud_admin' });
    policy.declare([{ name: 'y', check: 'rule:admin_api' }]);
    expect(policy.verify()).toEqual([]);
    expect([policy.allows('y', caller(['admin'])), policy.allows('y', caller(['cloud_admin']))]).toEqual([false, true]);
  });

  it('a reference to nothing, and a circle, are found before anybody asks', () => {
    expect(() => policyOf({ x: 'rule:nowhere' }).verify()).toThrow("'x' refers to the rule 'nowhere', which does not exist");
    expect(() => policyOf({ x: 'rule:y', y: 'role:z or rule:x' }).verify()).toThrow('x -> y -> x');
    expect(() => policyOf({ context_is_admin: 'is_admin:True' }).verify()).toThrow('refers to itself');
  });

  it('rules that nothing asks for are told', () => {
    expect(policyOf({ helper: 'role:a', admin_api: 'rule:helper', 'os_compute_api:typo': '!' }).verify()).toEqual(['os_compute_api:typo']);
  });

  it('it knows which rules ask whose a thing is', () => {
    const policy = policyOf({ x: 'rule:y and role:member', y: 'user_id:%(user_id)s', z: 'project_id:%(project_id)s' });
    expect([policy.isAboutUsers('x'), policy.isAboutUsers('z'), policy.isAboutUsers('unknown')]).toEqual([true, false, false]);
  });
});

describe('a policy file', () => {
  it('has rules as text, or in the old form of lists', () => {
    const rules = readOverrides('f', { a: 'role:x', b: [['role:x', 'role:y'], 'role:z'], c: [], d: null });
    expect([...rules]).toEqual([
      ['a', 'role:x'],
      ['b', '(role:x and role:y) or (role:z)'],
      ['c', '@'],
      ['d', ''],
    ]);
  });

  it('of another shape is refused by name', () => {
    expect(() => readOverrides('policy.yaml', { a: 7 })).toThrow("policy file policy.yaml: the rule 'a' must be text");
    expect(() => readOverrides('policy.yaml', 'x')).toThrow('a list of NAME: RULE');
  });
});
