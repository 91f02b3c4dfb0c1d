export { COMMON_RULES } from './common-rules.js';
export { parseRule } from './parse-rule.js';
export { type Caller, Policy, type RuleDefault, type Target } from './policy.js';
export { readOverrides } from './read-overrides.js';
