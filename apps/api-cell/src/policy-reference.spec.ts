import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { imageRules } from '#images';
import { Policy, type RuleDefault, readOverrides } from '#policy';
import { innerRuleDefaults, rulesOf } from './compute/api/index.js';
import { routeTable } from './compute/test/route-table.fixture.js';
import { identityRules } from './identity/identity-rules.js';
import { networkRules } from './network/index.js';

const FILE = fileURLToPath(new URL('../../../docs/reference/policy.yaml', import.meta.url));

const everyRule = (): Policy => {
  const policy = new Policy();
  policy.declare([...rulesOf(routeTable()), ...innerRuleDefaults, ...identityRules, ...imageRules, ...networkRules]);
  return policy;
};

const HEAD = `# Every rule of who may do what, as it is unless a policy file says otherwise: see policy.md.
# A copy of this file is a valid policy file; keep only what differs. Generated: CANOPY_WRITE_GOLDEN=1 npx vitest run --project unit policy-reference
`;

const entryOf = ({ name, check, guards }: RuleDefault): string =>
  `${guards === undefined ? '' : `\n# ${guards}`}\n${JSON.stringify(name)}: ${JSON.stringify(check)}\n`;

it('docs/reference/policy.yaml lists every rule; write it again with CANOPY_WRITE_GOLDEN=1', () => {
  const text = HEAD + everyRule().declared().map(entryOf).join('');
  if (process.env.CANOPY_WRITE_GOLDEN) {
    mkdirSync(dirname(FILE), { recursive: true });
    writeFileSync(FILE, text);
  }
  expect(readFileSync(FILE, 'utf8')).toBe(text);
});

it('the listed rules refer to rules that exist, and are a valid policy file that changes nothing', () => {
  expect(everyRule().verify()).toEqual([]);
  const copied = new Policy(readOverrides(FILE, parse(readFileSync(FILE, 'utf8'))));
  copied.declare(everyRule().declared());
  expect(copied.verify()).toEqual([]);
  for (const { name, check } of everyRule().declared()) expect([name, copied.textOf(name)]).toEqual([name, check]);
});
